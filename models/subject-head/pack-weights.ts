import { PARAMETERS, type Parameters } from './head-shape.ts';

const LARGEST = 2 ** 15 - 1;

/**
 * As the engine reads it: per row a scale as a 32-bit float, little-endian, then all rows as 16-bit
 * numbers, little-endian; in base64.
 */
export function packWeights(weights: Parameters): string {
  const scales: number[] = [];
  const values: number[] = [];
  for (const [name, rows, columns] of PARAMETERS) {
    for (let row = 0; row < rows; row++) {
      const own = weights[name].subarray(row * columns, (row + 1) * columns);
      const scale =
        Math.fround(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / LARGEST) || 1;
      scales.push(scale);
      for (const value of own) values.push(Math.round(value / scale));
    }
  }
  const head = Buffer.alloc(4 * scales.length);
  scales.forEach((scale, i) => head.writeFloatLE(scale, 4 * i));
  const body = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => body.writeInt16LE(value, 2 * i));
  return Buffer.concat([head, body]).toString('base64');
}
