import { readFileSync } from 'node:fs';

export interface NpyArray {
  shape: number[];
  values: Float32Array;
}

/**
 * Reads a NumPy file of little-endian float32 or float64 in C order (format version 1.0, numpy.lib.format), which is
 * all that the reference outputs hold. float64 is rounded.
 */
export function readNpy(path: string): NpyArray {
  const file = readFileSync(path);
  const headerLength = file.readUInt16LE(8);
  const header = file.toString('latin1', 10, 10 + headerLength);
  const [, width] = /'descr': '<f([48])'/.exec(header) ?? [];
  if (!width || !header.includes("'fortran_order': False")) {
    throw new Error(`${path} is not an array of floats in C order: ${header}`);
  }
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((size) => size.trim());
  const data = file.subarray(10 + headerLength);
  const { buffer } = Uint8Array.from(data);
  const values = width === '4' ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
  return { shape: shape.map(Number), values };
}
