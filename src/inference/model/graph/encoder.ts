import type { Size } from '../../../shared/affine.ts';
import {
  ATTENTION_STAGES,
  CONV_STAGE,
  EMBEDDING_CHANNELS,
  IMAGE_SIDE_PX,
  LAYER_NORM_2D_EPSILON,
  type AttentionStage,
} from '../architecture.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import {
  add,
  concat,
  convolution,
  gelu,
  linear,
  normAffine,
  normalizeRows,
  pointwise,
  reshape,
  slice,
} from '../onnx/operations.ts';
import type { StoredTensors } from '../stored-tensor.ts';
import { tokenConvolution } from './token-convolution.ts';
import { gridOf, toGrid, toTokens, type GridSize } from './token-layout.ts';
import { windowAttentionBlock } from './window-attention-block.ts';

/** Names of each part's ports. */
export const PART_INPUT = 'input';
export const PART_OUTPUT = 'output';

/** Tensor of a weight pack: the stem's tokens of an empty model square, [17, 17, 160] (`stem-padding.ts`). */
export const PADDING_TOKENS = 'image_encoder.padding_tokens';

/** Names of the tensors that the stem and its use take. */
export const STEM_TENSORS = /^image_encoder\.(patch_embed|layers\.[01]|padding_tokens)\b/;

/** Of the first stage's grid. */
const STRIPE_ROWS = 32;

const ROOT = 'image_encoder';
const [STEM_STAGE, ...TRUNK_STAGES] = ATTENTION_STAGES as [AttentionStage, ...AttentionStage[]];

/**
 * The encoder is TinyViT-5M (arXiv 2207.10666) with SAM's neck, in parts that run one after the other: each has a session of its
 * own, so that what it needs in memory is free again for the next. Every shape is static. Takes the tensors that
 * `models/compile/fold/encoder-tensors.ts` makes.
 *
 * The stem, stages 0 and 1: [1, 3, height, width], normalised, to tokens [height / 16 * width / 16, 160]. A token depends on the
 * pixels near it and on nothing else, so the stem need not see the padding of the model square (`stem-padding.ts`).
 * @param sizePx multiples of 16, at most 1024
 * @param options.isStriped whether the widest layers work in stripes, which takes less memory
 */
export function buildStem(tensors: StoredTensors, sizePx: Size, { isStriped = true } = {}): OnnxModel[] {
  return [buildConvStage(tensors, sizePx, isStriped), ...buildAttentionStage(tensors, STEM_STAGE, sizePx)];
}

/** The other half, stages 2 and 3 and the neck: tokens of the whole model square [4096, 160] to the embedding [1, 256, 64, 64]. */
export function buildTrunk(tensors: StoredTensors): OnnxModel[] {
  const sizePx = { width: IMAGE_SIDE_PX, height: IMAGE_SIDE_PX };
  return TRUNK_STAGES.flatMap((stage) => buildAttentionStage(tensors, stage, sizePx));
}

/** Stage 0, which works on grids [1, channels, rows, columns], to tokens [height / 8 * width / 8, 128]. */
function buildConvStage(tensors: StoredTensors, sizePx: Size, isStriped: boolean): OnnxModel {
  const graph = new GraphBuilder('conv_stage', tensors);
  const size = gridOf(sizePx, CONV_STAGE.stridePx);
  let grid = graph.input(PART_INPUT, [1, 3, sizePx.height, sizePx.width]);
  grid = gelu(graph, convolution(graph, grid, `${ROOT}.patch_embed.seq.0.c`, { stride: 2 }));
  grid = convolution(graph, grid, `${ROOT}.patch_embed.seq.2.c`, { stride: 2 });
  for (let block = 0; block < CONV_STAGE.blocks; block++) {
    grid = invertedBottleneck(graph, grid, `${ROOT}.layers.0.blocks.${block}`, size, isStriped);
  }
  grid = gelu(graph, pointwise(graph, grid, `${ROOT}.layers.0.downsample.conv1.c`, size));
  const tokens = mergePatches(graph, grid, 0, CONV_STAGE.mergeStride, STEM_STAGE.channels);
  graph.output(PART_OUTPUT, tokensShape(STEM_STAGE, sizePx), tokens);
  return graph.build();
}

/** A stage's blocks on tokens, in parts; with the last goes the patch merging after it or, at the end, the neck. */
function buildAttentionStage(tensors: StoredTensors, stage: AttentionStage, sizePx: Size): OnnxModel[] {
  const key = `${ROOT}.layers.${stage.index}`;
  const size = gridOf(sizePx, stage.stridePx);
  const next = ATTENTION_STAGES.find(({ index }) => index === stage.index + 1);
  const parts: OnnxModel[] = [];
  for (let block = 0; block < stage.blocks;) {
    const graph = new GraphBuilder(`stage_${stage.index}_from_block_${block}`, tensors);
    let tokens = graph.input(PART_INPUT, tokensShape(stage, sizePx));
    for (const end = block + stage.blocksPerPart; block < end; block++)
      tokens = windowAttentionBlock(graph, tokens, `${key}.blocks.${block}`, stage, size);
    if (block < stage.blocks) {
      graph.output(PART_OUTPUT, tokensShape(stage, sizePx), tokens);
    } else if (next) {
      const wide = gelu(graph, linear(graph, tokens, `${key}.downsample.conv1.c`));
      const grid = toGrid(graph, wide, size, next.channels);
      const merged = mergePatches(graph, grid, stage.index, stage.mergeStride!, next.channels);
      graph.output(PART_OUTPUT, tokensShape(next, sizePx), merged);
    } else {
      const embedding = neck(graph, tokens, `${ROOT}.neck`, size);
      graph.output(PART_OUTPUT, [1, EMBEDDING_CHANNELS, size.rows, size.columns], embedding);
    }
    parts.push(graph.build());
  }
  return parts;
}

function tokensShape({ stridePx, channels }: AttentionStage, sizePx: Size): [number, number] {
  const { rows, columns } = gridOf(sizePx, stridePx);
  return [rows * columns, channels];
}

/**
 * MBConv: widen, depthwise 3 x 3, narrow, with a shortcut before the last activation. In stripes, since the widened grid would
 * be the largest thing in memory by far.
 */
function invertedBottleneck(
  graph: GraphBuilder,
  grid: Value,
  key: string,
  { rows, columns }: GridSize,
  isStriped: boolean,
): Value {
  const stripeRows = isStriped ? STRIPE_ROWS : rows;
  const stripes: Value[] = [];
  for (let from = 0; from < rows; from += stripeRows) {
    const to = Math.min(from + stripeRows, rows);
    // The depthwise convolution sees a row more on either side, and zeros where there is none.
    const seen = { from: Math.max(from - 1, 0), to: Math.min(to + 1, rows) };
    const seenSize = { rows: seen.to - seen.from, columns };
    const seenGrid = slice(graph, grid, 2, seen.from, seen.to);
    let x = gelu(graph, pointwise(graph, seenGrid, `${key}.conv1.c`, seenSize));
    const margins = { top: seen.from === from ? 1 : 0, bottom: seen.to === to ? 1 : 0 };
    x = gelu(graph, convolution(graph, x, `${key}.conv2.c`, { depthwise: true, margins }));
    x = pointwise(graph, x, `${key}.conv3.c`, { rows: to - from, columns });
    stripes.push(gelu(graph, add(graph, x, slice(graph, grid, 2, from, to))));
  }
  return stripes.length === 1 ? stripes[0]! : concat(graph, stripes, 2);
}

/** Patch merging after stage `index`, once it has widened: depthwise 3 x 3 with the stride, mix. Grid in, tokens out. */
function mergePatches(
  graph: GraphBuilder,
  wide: Value,
  index: number,
  stride: number,
  channels: number,
): Value {
  const key = `${ROOT}.layers.${index}.downsample`;
  const mixed = gelu(graph, convolution(graph, wide, `${key}.conv2.c`, { depthwise: true, stride }));
  return linear(graph, toTokens(graph, mixed, channels), `${key}.conv3.c`);
}

/** SAM's neck: 1 x 1, norm, 3 x 3, norm, to the embedding's channels. */
function neck(graph: GraphBuilder, tokens: Value, key: string, size: GridSize): Value {
  const channels = EMBEDDING_CHANNELS;
  const count = size.rows * size.columns;
  const norm = (x: Value, index: number) => {
    const rows = reshape(graph, x, [1, count, channels]);
    const normalized = normalizeRows(graph, rows, count, LAYER_NORM_2D_EPSILON);
    return reshape(graph, normAffine(graph, normalized, `${key}.${index}`), [count, channels]);
  };
  const mixed = norm(linear(graph, tokens, `${key}.0`, { bias: false }), 1);
  return toGrid(graph, norm(tokenConvolution(graph, mixed, `${key}.2`, size), 3), size, channels);
}
