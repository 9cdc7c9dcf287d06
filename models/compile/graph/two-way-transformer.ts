import {
  CROSS_ATTENTION_CHANNELS,
  DECODER_LAYERS,
  EMBEDDING_CHANNELS,
  LAYER_NORM_EPSILON,
} from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, layerNorm, relu } from '../onnx/operations.ts';
import { imageLinear, promptImage, type DecoderImage } from './decoder-image.ts';
import { attend, tokenLinear } from './multi-head.ts';

export interface Decoded {
  /** [B, T, 256]: the IoU token, four mask tokens, then the prompt's. */
  readonly tokens: Value;
  /** [B, 4096, 256]. */
  readonly image: Value;
}

const ROOT = 'mask_decoder.transformer';

/**
 * SAM's two-way transformer (`segment_anything/modeling/transformer.py`): each layer lets the tokens attend to one
 * another and to the image, then the image to the tokens. `tokens` [B, T, 256] are their own positions;
 * `imagePositions` is [4096, 256].
 */
export function twoWayTransformer(
  graph: GraphBuilder,
  tokenPositions: Value,
  firstImage: DecoderImage,
  imagePositions: Value,
): Decoded {
  const placed = (x: Value) => add(graph, x, tokenPositions);
  let tokens = tokenPositions;
  let image = firstImage;
  for (let layer = 0; layer < DECODER_LAYERS; layer++) {
    const key = `${ROOT}.layers.${layer}`;
    const norm = (x: Value, index: number) => layerNorm(graph, x, `${key}.norm${index}`, LAYER_NORM_EPSILON);

    // The first layer's tokens are nothing but positions: those are not added again, nor kept as a shortcut.
    if (layer === 0) tokens = norm(selfAttention(graph, tokens, tokens, key), 1);
    else tokens = norm(add(graph, tokens, selfAttention(graph, placed(tokens), tokens, key)), 1);

    const fromImage = tokensToImage(graph, placed(tokens), image, `${key}.cross_attn_token_to_image`);
    tokens = norm(add(graph, tokens, fromImage), 2);

    const hidden = relu(graph, tokenLinear(graph, tokens, `${key}.mlp.lin1`));
    tokens = norm(add(graph, tokens, tokenLinear(graph, hidden, `${key}.mlp.lin2`)), 3);

    const fromTokens = imageToTokens(
      graph,
      image,
      placed(tokens),
      tokens,
      `${key}.cross_attn_image_to_token`,
    );
    image = promptImage(graph, norm(add(graph, image.features, fromTokens), 4), imagePositions);
  }
  const fromImage = tokensToImage(graph, placed(tokens), image, `${ROOT}.final_attn_token_to_image`);
  const normKey = `${ROOT}.norm_final_attn`;
  return {
    tokens: layerNorm(graph, add(graph, tokens, fromImage), normKey, LAYER_NORM_EPSILON),
    image: image.features,
  };
}

function selfAttention(graph: GraphBuilder, placedTokens: Value, tokens: Value, layerKey: string): Value {
  const key = `${layerKey}.self_attn`;
  const queries = tokenLinear(graph, placedTokens, `${key}.q_proj`);
  const keys = tokenLinear(graph, placedTokens, `${key}.k_proj`);
  const values = tokenLinear(graph, tokens, `${key}.v_proj`);
  const attended = attend(graph, queries, keys, values, EMBEDDING_CHANNELS);
  return tokenLinear(graph, attended, `${key}.out_proj`);
}

function tokensToImage(graph: GraphBuilder, placedTokens: Value, image: DecoderImage, key: string): Value {
  const queries = tokenLinear(graph, placedTokens, `${key}.q_proj`);
  const keys = image.project(`${key}.k_proj`, 'placed');
  const values = image.project(`${key}.v_proj`, 'bare');
  const attended = attend(graph, queries, keys, values, CROSS_ATTENTION_CHANNELS);
  return tokenLinear(graph, attended, `${key}.out_proj`);
}

function imageToTokens(
  graph: GraphBuilder,
  image: DecoderImage,
  placedTokens: Value,
  tokens: Value,
  key: string,
): Value {
  const queries = image.project(`${key}.q_proj`, 'placed');
  const keys = tokenLinear(graph, placedTokens, `${key}.k_proj`);
  const values = tokenLinear(graph, tokens, `${key}.v_proj`);
  const attended = attend(graph, queries, keys, values, CROSS_ATTENTION_CHANNELS);
  return imageLinear(graph, attended, `${key}.out_proj`);
}
