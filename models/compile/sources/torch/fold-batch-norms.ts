import type { FloatTensor } from '../../../../src/inference/model/stored-tensor.ts';
import { TinyCutError } from '../../../../src/shared/errors.ts';
import type { WeightSet } from '../../weights.ts';

/** `BatchNorm2d`'s, which the official code leaves at PyTorch's default. */
const BATCH_NORM_EPSILON = 1e-5;
const NORM = /\.bn\.(weight|bias|running_mean|running_var|num_batches_tracked)$/;

/**
 * Folds each batch norm `x.bn` into the convolution `x.c` before it, which has no bias: scaled weights and the bias
 * `x.c.bias`. The norm is (y - mean) / sqrt(variance + 1e-5) * weight + bias per output channel (Ioffe & Szegedy 2015,
 * section 3.1). Computed in float64, rounded once. Other parameters pass.
 *
 * @throws TinyCutError `model-corrupt` when a norm lacks a parameter or its convolution.
 */
export function foldBatchNorms(parameters: ReadonlyMap<string, FloatTensor>): WeightSet {
  const folded = new Map<string, FloatTensor>();
  for (const [key, tensor] of parameters) {
    if (NORM.test(key)) continue;
    folded.set(key, tensor);
  }
  for (const key of parameters.keys()) {
    if (!key.endsWith('.bn.weight')) continue;
    const block = key.slice(0, -'.bn.weight'.length);
    const { weight, bias } = foldedConvolution(block, parameters);
    folded.set(`${block}.c.weight`, weight);
    folded.set(`${block}.c.bias`, bias);
  }
  return folded;
}

function foldedConvolution(block: string, parameters: ReadonlyMap<string, FloatTensor>) {
  const named = (name: string): FloatTensor => {
    const tensor = parameters.get(`${block}.${name}`);
    if (tensor) return tensor;
    throw new TinyCutError(
      'model-corrupt',
      `The batch norm of ${block} cannot be folded: ${name} is missing.`,
    );
  };
  const kernel = named('c.weight');
  const scale = named('bn.weight');
  const [shift, mean, variance] = ['bn.bias', 'bn.running_mean', 'bn.running_var'].map(named) as [
    FloatTensor,
    FloatTensor,
    FloatTensor,
  ];
  const channels = kernel.shape[0]!;
  const kernelLength = kernel.values.length / channels;
  const weights = new Float32Array(kernel.values.length);
  const biases = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const gain = scale.values[channel]! / Math.sqrt(variance.values[channel]! + BATCH_NORM_EPSILON);
    biases[channel] = shift.values[channel]! - mean.values[channel]! * gain;
    for (let i = channel * kernelLength; i < (channel + 1) * kernelLength; i++) {
      weights[i] = kernel.values[i]! * gain;
    }
  }
  return { weight: { shape: kernel.shape, values: weights }, bias: { shape: [channels], values: biases } };
}
