import { EMBEDDING_CHANNELS, EMBEDDING_SIDE, LOGITS_SIDE, MASK_TOKENS } from '../architecture.ts';
import { GraphBuilder, type WeightPrecision } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { concat } from '../onnx/operations.ts';
import type { WeightSet } from '../weights.ts';
import { sharedImage } from './decoder-image.ts';
import { iouHead, maskHead } from './mask-head.ts';
import { maskPrompt } from './mask-prompt.ts';
import { imagePositions, outputTokens, promptTokens } from './prompt-encoder.ts';
import { toTokens } from './token-layout.ts';
import { twoWayTransformer } from './two-way-transformer.ts';

/** Free dimensions: prompts of a call, and points of a prompt. */
const PROMPTS = 'prompts';
const POINTS = 'points';

/** Names and shapes of the decoder's ports. */
const DECODER_INPUTS = {
  imageEmbedding: {
    name: 'image_embedding',
    shape: [1, EMBEDDING_CHANNELS, EMBEDDING_SIDE, EMBEDDING_SIDE],
  },
  pointCoords: { name: 'point_coords', shape: [PROMPTS, POINTS, 2] },
  pointLabels: { name: 'point_labels', shape: [PROMPTS, POINTS] },
  maskInput: { name: 'mask_input', shape: [PROMPTS, 1, LOGITS_SIDE, LOGITS_SIDE] },
  hasMaskInput: { name: 'has_mask_input', shape: [PROMPTS] },
} as const;
const DECODER_OUTPUTS = {
  logits: { name: 'low_res_logits', shape: [PROMPTS, MASK_TOKENS, LOGITS_SIDE, LOGITS_SIDE] },
  iou: { name: 'iou_predictions', shape: [PROMPTS, MASK_TOKENS] },
} as const;

/**
 * SAM's prompt encoder and mask decoder (arXiv 2304.02643, appendix A) for B prompts against one embedding.
 *
 * Inputs: `image_embedding` [1, 256, 64, 64]; `point_coords` [B, N, 2], x and y in pixels of the 1024 x 1024 model
 * square; `point_labels` [B, N]: -1 no point (padding), 0 off the object, 1 on it, 2 and 3 the top left and bottom
 * right corner of a box; `mask_input` [B, 1, 256, 256], logits of an earlier answer, read where `has_mask_input`
 * [B] is 1 and finite where it is 0.
 *
 * Outputs: `low_res_logits` [B, 4, 256, 256], all mask tokens, > 0 inside; `iou_predictions` [B, 4], not clamped.
 */
export function buildDecoder(weights: WeightSet, precision: WeightPrecision): OnnxModel {
  const graph = new GraphBuilder('tinycut-decoder', weights, precision);
  const port = ({ name, shape }: { name: string; shape: readonly (number | string)[] }) =>
    graph.input(name, shape);
  const embedding = port(DECODER_INPUTS.imageEmbedding);
  const pointCoords = port(DECODER_INPUTS.pointCoords);
  const pointLabels = port(DECODER_INPUTS.pointLabels);
  const maskInput = port(DECODER_INPUTS.maskInput);
  const hasMaskInput = port(DECODER_INPUTS.hasMaskInput);

  const tokens = concat(
    graph,
    [outputTokens(graph, pointLabels), promptTokens(graph, pointCoords, pointLabels)],
    1,
  );
  const positions = imagePositions(graph);
  const mask = maskPrompt(graph, maskInput, hasMaskInput);
  const image = sharedImage(graph, toTokens(graph, embedding, EMBEDDING_CHANNELS), positions, mask);
  const decoded = twoWayTransformer(graph, tokens, image, positions);

  const { logits, iou } = DECODER_OUTPUTS;
  graph.output(logits.name, logits.shape, maskHead(graph, decoded));
  graph.output(iou.name, iou.shape, iouHead(graph, decoded.tokens));
  return graph.build();
}
