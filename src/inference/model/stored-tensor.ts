import { TinyCutError } from '../../shared/errors.ts';

/** Floats, row-major. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A tensor as a weight pack holds it. */
export type StoredTensor =
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly values: Float32Array }
  /** IEEE 754 binary16 bit patterns. */
  | { readonly type: 'float16'; readonly shape: readonly number[]; readonly bits: Uint16Array }
  /** Symmetric, one scale for each index of the last axis: value = level * scale. */
  | {
      readonly type: 'int8';
      readonly shape: readonly number[];
      readonly levels: Int8Array;
      readonly scales: Float32Array;
    };

/** What a graph is built from: tensors by name. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

/** @throws TinyCutError `model-corrupt` when there is no tensor of that name. */
export function storedTensor(tensors: StoredTensors, name: string): StoredTensor {
  const tensor = tensors.get(name);
  if (tensor) return tensor;
  throw new TinyCutError('model-corrupt', `The model has no weights ${name}. Install TinyCut again.`);
}

/** The values as float32, whatever they are stored as. */
export function floatsOf(tensor: StoredTensor): FloatTensor {
  const { shape } = tensor;
  if (tensor.type === 'float32') return { shape, values: tensor.values };
  if (tensor.type === 'float16') return { shape, values: fromFloat16Bits(tensor.bits) };
  const { levels, scales } = tensor;
  const values = new Float32Array(levels.length);
  for (let i = 0, column = 0; i < values.length; i++) {
    values[i] = levels[i]! * scales[column]!;
    if (++column === scales.length) column = 0;
  }
  return { shape, values };
}

/** [rows, columns] -> [columns, rows]. */
export function transposed({ shape, values }: FloatTensor): FloatTensor {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(values.length);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[i++]!;
  return { shape: [columns, rows], values: result };
}

/** [rows, inner] x [inner, columns] -> [rows, columns]. */
export function matrixProduct(a: FloatTensor, b: FloatTensor): FloatTensor {
  const [rows, inner] = a.shape as [number, number];
  const columns = b.shape[1]!;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      const factor = a.values[row * inner + i]!;
      for (let column = 0; column < columns; column++)
        values[row * columns + column]! += factor * b.values[i * columns + column]!;
    }
  }
  return { shape: [rows, columns], values };
}

/** Copies of some tensors, which do not keep the pack's bytes in memory as its own do. */
export function detachedTensors(tensors: StoredTensors, isWanted: (name: string) => boolean): StoredTensors {
  return new Map(
    [...tensors].filter(([name]) => isWanted(name)).map(([name, tensor]) => [name, copyOf(tensor)]),
  );
}

function copyOf(tensor: StoredTensor): StoredTensor {
  if (tensor.type === 'float32') return { ...tensor, values: tensor.values.slice() };
  if (tensor.type === 'float16') return { ...tensor, bits: tensor.bits.slice() };
  return { ...tensor, levels: tensor.levels.slice(), scales: tensor.scales.slice() };
}

let float16Values: Float32Array | null = null;

function fromFloat16Bits(bits: Uint16Array): Float32Array {
  // Millions of weights against 65,536 bit patterns: a table is several times faster than arithmetic on each.
  float16Values ??= Float32Array.from({ length: 0x10000 }, (_, pattern) => float16Value(pattern));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < values.length; i++) values[i] = float16Values[bits[i]!]!;
  return values;
}

function float16Value(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 31;
  const fraction = (pattern & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}
