import { LAYER_NORM_EPSILON, MASK_TOKENS } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, layerNorm, mul, normalizeRows, relu, slice } from '../onnx/operations.ts';
import {
  imageToTokens,
  preparedImageToTokens,
  tokensToImage,
  tokensToPreparedImage,
  type LayerImage,
} from './cross-attention.ts';
import { IMAGE_CELLS, type ImagePort } from './decoder-ports.ts';
import { selfAttention, tokenLinear } from './token-attention.ts';

export interface Decoded {
  /** [B, 5, 256]: the IoU token and four mask tokens. */
  readonly tokens: Value;
  /** [B, 4096, 256]: brought to mean 0 and variance 1; the last norm's affine is in the mask head's weights. */
  readonly normalizedImage: Value;
}

const ROOT = 'mask_decoder.transformer';

/**
 * SAM's two-way transformer (`segment_anything/modeling/transformer.py`): each of two layers lets the tokens attend to
 * one another and to the image, then the image to the tokens. `tokenPositions` [B, T, 256] are the tokens themselves;
 * `ignored` [B, 1, T] is added to their scores; `imagePositions` is [4096, 256].
 */
export function twoWayTransformer(
  graph: GraphBuilder,
  tokenPositions: Value,
  ignored: Value,
  prepared: Record<ImagePort, Value>,
  imagePositions: Value,
): Decoded {
  const placed = (x: Value) => add(graph, x, tokenPositions);
  const norm = (x: Value, key: string) => layerNorm(graph, x, `${ROOT}.${key}`, LAYER_NORM_EPSILON);
  const mlp = (x: Value, layer: string) => {
    const hidden = relu(graph, tokenLinear(graph, x, `${ROOT}.${layer}.mlp.lin1`));
    return norm(add(graph, x, tokenLinear(graph, hidden, `${ROOT}.${layer}.mlp.lin2`)), `${layer}.norm3`);
  };
  const normalized = (image: Value, change: Value) =>
    normalizeRows(graph, add(graph, image, change), IMAGE_CELLS, LAYER_NORM_EPSILON);
  const layerImage = (normalizedImage: Value, layer: number): LayerImage => {
    const cells = mul(graph, normalizedImage, graph.weight(`${ROOT}.layers.${layer}.norm4.weight`));
    return { cells, placed: add(graph, cells, imagePositions) };
  };

  // The first layer's tokens are nothing but positions: those are not added again, nor kept as a shortcut.
  let tokens = norm(
    selfAttention(graph, tokenPositions, tokenPositions, ignored, `${ROOT}.layers.0.self_attn`),
    'layers.0.norm1',
  );
  const toImageKey = (layer: number) => `${ROOT}.layers.${layer}.cross_attn_token_to_image`;
  const toTokensKey = (layer: number) => `${ROOT}.layers.${layer}.cross_attn_image_to_token`;
  let seen = tokensToPreparedImage(graph, placed(tokens), prepared.keys, prepared.values, toImageKey(0));
  tokens = mlp(norm(add(graph, tokens, seen), 'layers.0.norm2'), 'layers.0');
  let change = preparedImageToTokens(
    graph,
    prepared.queries,
    placed(tokens),
    tokens,
    ignored,
    toTokensKey(0),
  );
  const image = layerImage(normalized(prepared.image, change), 0);

  const attended = selfAttention(graph, placed(tokens), tokens, ignored, `${ROOT}.layers.1.self_attn`);
  tokens = norm(add(graph, tokens, attended), 'layers.1.norm1');
  seen = tokensToImage(graph, placed(tokens), image, toImageKey(1));
  tokens = mlp(norm(add(graph, tokens, seen), 'layers.1.norm2'), 'layers.1');
  change = imageToTokens(graph, image.placed, placed(tokens), tokens, ignored, toTokensKey(1));
  const normalizedImage = normalized(image.cells, change);

  // Nobody asks what becomes of the prompt's own tokens.
  const answering = (x: Value) => slice(graph, x, 1, 0, 1 + MASK_TOKENS);
  const lastImage = layerImage(normalizedImage, 1);
  seen = tokensToImage(graph, answering(placed(tokens)), lastImage, `${ROOT}.final_attn_token_to_image`);
  return { tokens: norm(add(graph, answering(tokens), seen), 'norm_final_attn'), normalizedImage };
}
