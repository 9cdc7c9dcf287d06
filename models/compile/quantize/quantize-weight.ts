import type { FloatTensor, StoredTensor } from '../../../src/inference/model/stored-tensor.ts';

/** The largest level: symmetric, so that -128 stays unused. */
const MAX_LEVEL = 127;
/** Scales to try, as shares of the one that covers the largest weight. */
const SHARES = Array.from({ length: 41 }, (_, i) => 1 - 0.01 * i);

/**
 * Symmetric int8 levels with one scale for each index of the last axis: the scale whose rounding and clipping change the
 * column's weights least, in squares.
 */
export function quantizeWeight({ shape, values }: FloatTensor): StoredTensor & { type: 'int8' } {
  const columns = shape.at(-1)!;
  const rows = values.length / columns;
  const levels = new Int8Array(values.length);
  const scales = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const scale = bestScale(values, column, columns, rows);
    scales[column] = scale;
    for (let i = column; i < values.length; i += columns) levels[i] = level(values[i]!, scale);
  }
  return { type: 'int8', shape, levels, scales };
}

function bestScale(values: Float32Array, column: number, columns: number, rows: number): number {
  let largest = 0;
  for (let row = 0; row < rows; row++) largest = Math.max(largest, Math.abs(values[row * columns + column]!));
  // A column of zeros has any scale.
  if (largest === 0) return 1;
  let best = { scale: 0, error: Infinity };
  for (const share of SHARES) {
    const scale = Math.fround((share * largest) / MAX_LEVEL);
    let error = 0;
    for (let row = 0; row < rows && error < best.error; row++) {
      const value = values[row * columns + column]!;
      error += (value - level(value, scale) * scale) ** 2;
    }
    if (error < best.error) best = { scale, error };
  }
  return best.scale;
}

function level(value: number, scale: number): number {
  return Math.max(-MAX_LEVEL, Math.min(MAX_LEVEL, Math.round(value / scale)));
}
