import { HEAD_PARAMETERS, type HeadWeights } from './head-shape.ts';

/**
 * Reads what `models/subject-head` writes: per row a scale as a 32-bit float, then all rows as 16-bit numbers,
 * little-endian both.
 * @throws RangeError when its length is not that of a head
 */
export function readHeadWeights(base64: string): HeadWeights {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const shapes = Object.entries(HEAD_PARAMETERS);
  const rowCount = shapes.reduce((sum, [, [rows]]) => sum + rows, 0);
  const valueCount = shapes.reduce((sum, [, [rows, columns]]) => sum + rows * columns, 0);
  if (bytes.length !== 4 * rowCount + 2 * valueCount)
    throw new RangeError('These are not the weights of a head.');
  const scales = new DataView(bytes.buffer, 0, 4 * rowCount);
  const values = new DataView(bytes.buffer, 4 * rowCount);
  let [row, value] = [0, 0];
  const matrices = shapes.map(([name, [rows, columns]]) => {
    const matrix = new Float32Array(rows * columns);
    for (let i = 0; i < matrix.length; i++) {
      const scale = scales.getFloat32(4 * (row + Math.floor(i / columns)), true);
      matrix[i] = scale * values.getInt16(2 * value++, true);
    }
    row += rows;
    return [name, matrix];
  });
  return Object.fromEntries(matrices) as HeadWeights;
}
