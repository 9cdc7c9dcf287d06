import { MASK_TOKENS } from '../architecture.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { concat } from '../onnx/operations.ts';
import type { StoredTensors } from '../stored-tensor.ts';
import { IMAGE_PORTS, MASK_PORTS, PROMPT_PORTS, type ImagePort } from './decoder-ports.ts';
import { iouHead, maskHead, type MaskCounts, type MaskHeadOptions } from './mask-head.ts';
import { ignoredTokens, imagePositions, outputTokens, promptTokens } from './prompt-encoder.ts';
import { twoWayTransformer, type Decoded } from './two-way-transformer.ts';

/**
 * SAM's prompt encoder and mask decoder (arXiv 2304.02643, appendix A) for B prompts against one prepared image, or
 * against B of them (`refine-image.ts`).
 *
 * Inputs: those of `IMAGE_PORTS`; `point_coords` [B, N, 2], x and y in pixels of the 1024 x 1024 model square;
 * `point_labels` [B, N]: -2 nothing (so that calls can share a size), -1 no point (SAM's padding), 0 off the object,
 * 1 on it, 2 and 3 the top left and bottom right corner of a box; `wants_masks` [1]; `mask_cells` [rows, columns], whose
 * values are not read.
 *
 * Outputs: `low_res_logits` [B, 4, 4 rows * 4 columns], all mask tokens, > 0 inside, or [0, 4, 0] where `wants_masks` is 0,
 * which saves a third of the time; `iou_predictions` [B, 4], not clamped.
 */
export function buildDecoder(tensors: StoredTensors, options: MaskHeadOptions): OnnxModel {
  const graph = new GraphBuilder('decoder', tensors);
  const port = ({ name, shape }: { name: string; shape: readonly (number | string)[] }) =>
    graph.input(name, shape);
  const prepared = Object.fromEntries(
    Object.entries(IMAGE_PORTS).map(([key, value]) => [key, port(value)]),
  ) as Record<ImagePort, ReturnType<typeof port>>;
  const coords = port(PROMPT_PORTS.coords);
  const labels = port(PROMPT_PORTS.labels);
  const wantsMasks = port(PROMPT_PORTS.wantsMasks);
  const maskCells = port(PROMPT_PORTS.maskCells);

  const prompts = graph.node('Shape', [labels], { start: 0, end: 1 });
  const tokens = concat(graph, [outputTokens(graph, prompts), promptTokens(graph, coords, labels)], 1);
  const ignored = graph.node('Unsqueeze', [ignoredTokens(graph, labels, prompts), graph.integers([1])]);
  const decoded = twoWayTransformer(graph, tokens, ignored, prepared, imagePositions(graph, tensors));

  const logits = graph.node('If', [graph.node('Less', [graph.scalar(0.5), wantsMasks])], {
    then_branch: { graph: maskBranch(tensors, decoded, { prompts, maskCells }, options) },
    else_branch: { graph: emptyBranch(tensors) },
  });
  graph.output(MASK_PORTS.logits.name, MASK_PORTS.logits.shape, logits);
  graph.output(MASK_PORTS.iou.name, MASK_PORTS.iou.shape, iouHead(graph, decoded.tokens));
  return graph.build();
}

/** A branch reads the values of the graph around it by name. */
function maskBranch(
  tensors: StoredTensors,
  decoded: Decoded,
  counts: MaskCounts,
  options: MaskHeadOptions,
): OnnxModel['graph'] {
  const graph = new GraphBuilder('masks', tensors);
  graph.output('masks/logits', MASK_PORTS.logits.shape, maskHead(graph, decoded, counts, options));
  return graph.buildGraph();
}

function emptyBranch(tensors: StoredTensors): OnnxModel['graph'] {
  const graph = new GraphBuilder('no_masks', tensors);
  const shape = [0, MASK_TOKENS, 0];
  graph.output(
    'no_masks/logits',
    MASK_PORTS.logits.shape,
    graph.floats('nothing', { shape, values: new Float32Array(0) }),
  );
  return graph.buildGraph();
}
