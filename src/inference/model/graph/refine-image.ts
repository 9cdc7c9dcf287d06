import {
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  LAYER_NORM_2D_EPSILON,
  MASK_DOWNSCALING_CHANNELS,
} from '../architecture.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { add, gelu, layerNorm, linear, matMul, reshape, transpose } from '../onnx/operations.ts';
import { floatsOf, matrixProduct, type StoredTensors } from '../stored-tensor.ts';
import { IMAGE_CELLS, IMAGE_PORTS, MASK_INPUT_PORT, type ImagePort } from './decoder-ports.ts';
import { FIRST_PROJECTIONS, outputImage, perHead } from './prepare-image.ts';

/** Before the ports' names: a graph's outputs cannot be called what its inputs are. */
export const REFINED = 'refined_';

/** Names of its weights, but for those of the image's projections, which are the preparer's too. */
export const REFINER_TENSORS = /^prompt_encoder\.mask_downscaling\./;

const ROOT = 'prompt_encoder.mask_downscaling';

/**
 * An image as a mask prompt makes it: prepared image [1, ...] and `mask_input` [B, 1, 256, 256], logits of an earlier
 * answer, to a prepared image for each prompt [B, ...]. The mask's dense embedding is a product of low rank
 * (16 channels), and so are its projections: the image's own need not be made again.
 */
export function buildRefineImage(tensors: StoredTensors): OnnxModel {
  const graph = new GraphBuilder('refine', tensors);
  const input = (port: ImagePort) =>
    graph.input(IMAGE_PORTS[port].name, [1, ...IMAGE_PORTS[port].shape.slice(1)]);
  const prepared = {
    image: input('image'),
    keys: input('keys'),
    values: input('values'),
    queries: input('queries'),
  };
  const mask = graph.input(MASK_INPUT_PORT.name, MASK_INPUT_PORT.shape);

  const [, hiddenChannels] = MASK_DOWNSCALING_CHANNELS;
  const hidden = reshape(graph, downscaled(graph, mask), [-1, hiddenChannels]);
  // The bias takes back the embedding for "no mask", which the prepared image has.
  const dense = linear(graph, hidden, `${ROOT}.6`);
  const projected = (key: string) => {
    const product = (name: string, shape: [number, number]) => {
      const factor = { shape, values: floatsOf(graph.stored(`${ROOT}.6.${name}`)).values };
      return graph.floats(`${key}/${name}`, matrixProduct(factor, floatsOf(graph.stored(`${key}.weight`))));
    };
    const basis = product('weight', [hiddenChannels, EMBEDDING_CHANNELS]);
    return add(graph, matMul(graph, hidden, basis), product('bias', [1, EMBEDDING_CHANNELS]));
  };
  const changes = {
    image: reshape(graph, dense, [-1, IMAGE_CELLS, EMBEDDING_CHANNELS]),
    ...perHead(graph, {
      keys: projected(FIRST_PROJECTIONS.keys),
      values: projected(FIRST_PROJECTIONS.values),
      queries: projected(FIRST_PROJECTIONS.queries),
    }),
  };
  const refined = {
    image: add(graph, prepared.image, changes.image),
    keys: add(graph, prepared.keys, changes.keys),
    values: add(graph, prepared.values, changes.values),
    queries: add(graph, prepared.queries, changes.queries),
  };
  outputImage(graph, refined, REFINED);
  return graph.build();
}

/** [B, 1, 256, 256] -> [B * 4096, 16], by two convolutions of 2 x 2 with stride 2, a norm and GELU after each. */
function downscaled(graph: GraphBuilder, mask: Value): Value {
  const side = EMBEDDING_SIDE;
  // From [B, cell y, outer ky, inner ky, cell x, outer kx, inner kx] to each cell's kernels side by side.
  const pixels = transpose(graph, reshape(graph, mask, [-1, side, 2, 2, side, 2, 2]), [0, 1, 4, 2, 5, 3, 6]);
  const kernelCells = 4;
  let x = linear(graph, reshape(graph, pixels, [-1, kernelCells]), `${ROOT}.0`);
  x = gelu(graph, layerNorm(graph, x, `${ROOT}.1`, LAYER_NORM_2D_EPSILON));
  x = linear(graph, reshape(graph, x, [-1, kernelCells * MASK_DOWNSCALING_CHANNELS[0]]), `${ROOT}.3`);
  return gelu(graph, layerNorm(graph, x, `${ROOT}.4`, LAYER_NORM_2D_EPSILON));
}
