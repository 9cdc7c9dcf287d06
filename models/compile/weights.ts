import { TinyCutError } from '../../src/shared/errors.ts';
import { elementCount } from '../../src/inference/model/onnx/model.ts';
import type { FloatTensor } from '../../src/inference/model/stored-tensor.ts';

/**
 * Every parameter of the network by TinySAM's state-dict key, batch norms folded: a folded convolution `x.c`
 * has `x.c.weight` and `x.c.bias`, and no `x.bn.*`. This is what each source reader returns and what the graph
 * builders take, so neither knows the other. The names and shapes are those of `parameter-shapes.ts`.
 */
export type WeightSet = ReadonlyMap<string, FloatTensor>;

/** @throws TinyCutError `model-corrupt` when the set has no such parameter. */
export function weightOf(weights: WeightSet, key: string): FloatTensor {
  const tensor = weights.get(key);
  if (tensor) return tensor;
  throw new TinyCutError('model-corrupt', `The weights hold no ${key}.`);
}

/** @throws TinyCutError `model-corrupt` that lists every missing, unexpected and misshaped parameter. */
export function checkWeights(
  weights: WeightSet,
  expectedShapes: ReadonlyMap<string, readonly number[]>,
  sourceName: string,
): void {
  const faults: string[] = [];
  for (const [key, expected] of expectedShapes) {
    const found = weights.get(key);
    if (!found) faults.push(`missing ${key}`);
    else if (found.shape.join() !== expected.join() || found.values.length !== elementCount(expected)) {
      faults.push(`${key} is [${found.shape.join(', ')}], expected [${expected.join(', ')}]`);
    }
  }
  for (const key of weights.keys()) if (!expectedShapes.has(key)) faults.push(`unexpected ${key}`);
  if (faults.length === 0) return;
  throw new TinyCutError(
    'model-corrupt',
    `${sourceName} does not hold the weights of TinySAM: ${faults.join('; ')}.`,
  );
}

/** Reorders the axes: axis `i` of the result is axis `axes[i]` of `tensor`. */
export function permuted(tensor: FloatTensor, axes: readonly number[]): FloatTensor {
  const shape = axes.map((axis) => tensor.shape[axis]!);
  const strides = axes.map((axis) => elementCount(tensor.shape.slice(axis + 1)));
  const values = new Float32Array(tensor.values.length);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    values[to] = tensor.values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { shape, values };
}

export function reshaped({ values }: FloatTensor, shape: readonly number[]): FloatTensor {
  return { shape, values };
}
