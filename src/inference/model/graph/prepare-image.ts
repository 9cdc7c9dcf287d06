import { DECODER_HEADS, EMBEDDING_CHANNELS } from '../architecture.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { add, linear, reshape, transpose } from '../onnx/operations.ts';
import type { StoredTensors } from '../stored-tensor.ts';
import { EMBEDDING_PORT, HEAD_CHANNELS, IMAGE_CELLS, IMAGE_PORTS, type ImagePort } from './decoder-ports.ts';
import { imagePositions } from './prompt-encoder.ts';
import { toTokens } from './token-layout.ts';

/** The three projections that a layer makes of the image, by the port that carries each. */
export const FIRST_PROJECTIONS = {
  keys: 'mask_decoder.transformer.layers.0.cross_attn_token_to_image.k_proj',
  values: 'mask_decoder.transformer.layers.0.cross_attn_token_to_image.v_proj',
  queries: 'mask_decoder.transformer.layers.0.cross_attn_image_to_token.q_proj',
} as const;

/** Names of its weights. */
export const PREPARER_TENSORS =
  /^prompt_encoder\.(no_mask_embed|pe_layer)\.|^mask_decoder\.transformer\.layers\.0\.cross_attn_(token_to_image\.[kv]|image_to_token\.q)_proj\./;

/** The part of the decoder that depends on the image alone: `image_embedding` to what `IMAGE_PORTS` says, for one image. */
export function buildPrepareImage(tensors: StoredTensors): OnnxModel {
  const graph = new GraphBuilder('prepare', tensors);
  const embedding = toTokens(
    graph,
    graph.input(EMBEDDING_PORT.name, EMBEDDING_PORT.shape),
    EMBEDDING_CHANNELS,
  );
  const image = add(graph, embedding, graph.weight('prompt_encoder.no_mask_embed.weight'));
  const placed = add(graph, image, imagePositions(graph, tensors));
  const projections = {
    keys: linear(graph, placed, FIRST_PROJECTIONS.keys, { bias: false }),
    values: linear(graph, image, FIRST_PROJECTIONS.values, { bias: false }),
    queries: linear(graph, placed, FIRST_PROJECTIONS.queries),
  };
  outputImage(graph, {
    image: reshape(graph, image, [1, IMAGE_CELLS, EMBEDDING_CHANNELS]),
    ...perHead(graph, projections),
  });
  return graph.build();
}

/** Projections [n * 4096, 128] or [n, 4096, 128] -> the layouts of `IMAGE_PORTS`. */
export function perHead(
  graph: GraphBuilder,
  { keys, values, queries }: Record<'keys' | 'values' | 'queries', Value>,
): Record<'keys' | 'values' | 'queries', Value> {
  const heads = (x: Value) => reshape(graph, x, [-1, IMAGE_CELLS, DECODER_HEADS, HEAD_CHANNELS]);
  return {
    keys: transpose(graph, heads(keys), [0, 2, 3, 1]),
    values: transpose(graph, heads(values), [0, 2, 1, 3]),
    queries: reshape(graph, queries, [-1, IMAGE_CELLS, DECODER_HEADS * HEAD_CHANNELS]),
  };
}

/** Names the outputs as the decoder names its inputs, after `prefix`. */
export function outputImage(graph: GraphBuilder, values: Record<ImagePort, Value>, prefix = ''): void {
  for (const port of Object.keys(IMAGE_PORTS) as ImagePort[]) {
    graph.output(prefix + IMAGE_PORTS[port].name, IMAGE_PORTS[port].shape, values[port]);
  }
}
