import {
  ATTENTION_STAGES,
  CONV_STAGE,
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  IMAGE_SIDE_PX,
  LAYER_NORM_2D_EPSILON,
  type AttentionStage,
} from '../architecture.ts';
import { GraphBuilder, type Value, type WeightPrecision } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { add, convolution, gelu, layerNorm, transpose } from '../onnx/operations.ts';
import type { WeightSet } from '../weights.ts';
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
 * [1, 256, 64, 64]. Every shape is static. Convolutions work on grids [1, channels, side, side], attention and
 * MLPs on tokens [side * side, channels].
 */
export function buildEncoder(weights: WeightSet, precision: WeightPrecision): OnnxModel {
  const graph = new GraphBuilder('tinycut-encoder', weights, precision);
  const root = 'image_encoder';
  let grid = graph.input(ENCODER_INPUT.name, ENCODER_INPUT.shape);

  grid = gelu(graph, convolution(graph, grid, `${root}.patch_embed.seq.0.c`, { stride: 2 }));
  grid = convolution(graph, grid, `${root}.patch_embed.seq.2.c`, { stride: 2 });
  for (let block = 0; block < CONV_STAGE.blocks; block++) {
    grid = invertedBottleneck(graph, grid, `${root}.layers.0.blocks.${block}`);
  }
  grid = mergePatches(graph, grid, `${root}.layers.0.downsample`, CONV_STAGE.mergeStride);

  for (const stage of ATTENTION_STAGES) {
    grid = attentionStage(graph, grid, `${root}.layers.${stage.index}`, stage);
  }
  graph.output(ENCODER_OUTPUT.name, ENCODER_OUTPUT.shape, neck(graph, grid, `${root}.neck`));
  return graph.build();
}

function attentionStage(graph: GraphBuilder, grid: Value, key: string, stage: AttentionStage): Value {
  let tokens = toTokens(graph, grid, stage.channels);
  for (let block = 0; block < stage.blocks; block++) {
    tokens = windowAttentionBlock(graph, tokens, `${key}.blocks.${block}`, stage);
  }
  const result = toGrid(graph, tokens, stage.side, stage.channels);
  return stage.mergeStride ? mergePatches(graph, result, `${key}.downsample`, stage.mergeStride) : result;
}

/** MBConv: widen, depthwise 3 x 3, narrow, with a shortcut before the last activation. */
function invertedBottleneck(graph: GraphBuilder, grid: Value, key: string): Value {
  let x = gelu(graph, convolution(graph, grid, `${key}.conv1.c`));
  x = gelu(graph, convolution(graph, x, `${key}.conv2.c`, { depthwise: true }));
  x = convolution(graph, x, `${key}.conv3.c`);
  return gelu(graph, add(graph, x, grid));
}

/** Patch merging: widen, depthwise 3 x 3 with the stride, mix. */
function mergePatches(graph: GraphBuilder, grid: Value, key: string, stride: number): Value {
  let x = gelu(graph, convolution(graph, grid, `${key}.conv1.c`));
  x = gelu(graph, convolution(graph, x, `${key}.conv2.c`, { depthwise: true, stride }));
  return convolution(graph, x, `${key}.conv3.c`);
}

/** SAM's neck: 1 x 1, norm, 3 x 3, norm, to the embedding's channels. */
function neck(graph: GraphBuilder, grid: Value, key: string): Value {
  let x = convolution(graph, grid, `${key}.0`, { bias: false });
  x = channelNorm(graph, x, `${key}.1`);
  x = convolution(graph, x, `${key}.2`, { bias: false });
  return channelNorm(graph, x, `${key}.3`);
}

/** LayerNorm2d: over the channels of each position of [1, channels, h, w]. */
function channelNorm(graph: GraphBuilder, grid: Value, key: string): Value {
  const channelsLast = transpose(graph, grid, [0, 2, 3, 1]);
  const normed = layerNorm(graph, channelsLast, key, LAYER_NORM_2D_EPSILON);
  return transpose(graph, normed, [0, 3, 1, 2]);
}
