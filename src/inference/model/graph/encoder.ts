import {
  ATTENTION_STAGES,
  CONV_STAGE,
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  IMAGE_SIDE_PX,
  LAYER_NORM_2D_EPSILON,
  type AttentionStage,
} from '../architecture.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import {
  add,
  convolution,
  gelu,
  linear,
  normAffine,
  normalizeRows,
  pointwise,
  reshape,
} from '../onnx/operations.ts';
import { floatsOf, transposed, type StoredTensors } from '../stored-tensor.ts';
import { toGrid, toTokens } from './token-layout.ts';
import { windowAttentionBlock } from './window-attention-block.ts';

/** Names and shapes of the encoder's ports. */
const ENCODER_INPUT = { name: 'image', shape: [1, 3, IMAGE_SIDE_PX, IMAGE_SIDE_PX] } as const;
const ENCODER_OUTPUT = {
  name: 'image_embedding',
  shape: [1, EMBEDDING_CHANNELS, EMBEDDING_SIDE, EMBEDDING_SIDE],
} as const;

/**
 * TinyViT-5M (arXiv 2207.10666) with SAM's neck: `image` [1, 3, 1024, 1024], normalised, to `image_embedding`
 * [1, 256, 64, 64]. Every shape is static. The first stage works on grids [1, channels, side, side], the others on
 * tokens [side * side, channels]. Takes the tensors that `models/compile/fold/encoder-tensors.ts` makes.
 */
export function buildEncoder(tensors: StoredTensors): OnnxModel {
  const graph = new GraphBuilder('encoder', tensors);
  const root = 'image_encoder';
  let grid = graph.input(ENCODER_INPUT.name, ENCODER_INPUT.shape);

  grid = gelu(graph, convolution(graph, grid, `${root}.patch_embed.seq.0.c`, { stride: 2 }));
  grid = convolution(graph, grid, `${root}.patch_embed.seq.2.c`, { stride: 2 });
  for (let block = 0; block < CONV_STAGE.blocks; block++) {
    grid = invertedBottleneck(graph, grid, `${root}.layers.0.blocks.${block}`);
  }
  grid = gelu(graph, pointwise(graph, grid, `${root}.layers.0.downsample.conv1.c`, CONV_STAGE.side));

  const [firstStage] = ATTENTION_STAGES;
  let tokens = finishMerging(
    graph,
    grid,
    `${root}.layers.0.downsample`,
    CONV_STAGE.mergeStride,
    firstStage!.channels,
  );
  ATTENTION_STAGES.forEach((stage, position) => {
    const key = `${root}.layers.${stage.index}`;
    for (let block = 0; block < stage.blocks; block++) {
      tokens = windowAttentionBlock(graph, tokens, `${key}.blocks.${block}`, stage);
    }
    const next = ATTENTION_STAGES[position + 1];
    if (next) tokens = mergePatches(graph, tokens, `${key}.downsample`, stage, next);
  });
  graph.output(ENCODER_OUTPUT.name, ENCODER_OUTPUT.shape, neck(graph, tokens, `${root}.neck`));
  return graph.build();
}

/** MBConv: widen, depthwise 3 x 3, narrow, with a shortcut before the last activation. */
function invertedBottleneck(graph: GraphBuilder, grid: Value, key: string): Value {
  let x = gelu(graph, pointwise(graph, grid, `${key}.conv1.c`, CONV_STAGE.side));
  x = gelu(graph, convolution(graph, x, `${key}.conv2.c`, { depthwise: true }));
  x = pointwise(graph, x, `${key}.conv3.c`, CONV_STAGE.side);
  return gelu(graph, add(graph, x, grid));
}

/** Patch merging: widen, depthwise 3 x 3 with the stride, mix. Tokens in, tokens out. */
function mergePatches(
  graph: GraphBuilder,
  tokens: Value,
  key: string,
  stage: AttentionStage,
  next: AttentionStage,
): Value {
  const wide = gelu(graph, linear(graph, tokens, `${key}.conv1.c`));
  return finishMerging(
    graph,
    toGrid(graph, wide, stage.side, next.channels),
    key,
    stage.mergeStride!,
    next.channels,
  );
}

function finishMerging(
  graph: GraphBuilder,
  grid: Value,
  key: string,
  stride: number,
  channels: number,
): Value {
  const mixed = gelu(graph, convolution(graph, grid, `${key}.conv2.c`, { depthwise: true, stride }));
  return linear(graph, toTokens(graph, mixed, channels), `${key}.conv3.c`);
}

/** SAM's neck: 1 x 1, norm, 3 x 3, norm, to the embedding's channels. */
function neck(graph: GraphBuilder, tokens: Value, key: string): Value {
  const [side, channels] = [EMBEDDING_SIDE, EMBEDDING_CHANNELS];
  const norm = (x: Value, index: number) => {
    const rows = reshape(graph, x, [1, side ** 2, channels]);
    const normalized = normalizeRows(graph, rows, side ** 2, LAYER_NORM_2D_EPSILON);
    return reshape(graph, normAffine(graph, normalized, `${key}.${index}`), [side ** 2, channels]);
  };
  let x = norm(linear(graph, tokens, `${key}.0`, { bias: false }), 1);
  const kernel = {
    shape: [channels, channels, 3, 3],
    values: transposed(floatsOf(graph.stored(`${key}.2.weight`))).values,
  };
  x = graph.node('Conv', [toGrid(graph, x, side, channels), graph.floats(`${key}.2.weight`, kernel)], {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
  });
  return toGrid(graph, norm(toTokens(graph, x, channels), 3), side, channels);
}
