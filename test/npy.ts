import { readFileSync } from 'node:fs';

export interface NpyArray {
  shape: number[];
  values: Float32Array;
}

/**
 * Reads a NumPy file of little-endian float32 in C order (format version 1.0, numpy.lib.format), which is all that
 * the reference outputs hold.
 */
export function readNpy(path: string): NpyArray {
  const file = readFileSync(path);
  const headerLength = file.readUInt16LE(8);
  const header = file.toString('latin1', 10, 10 + headerLength);
  if (!header.includes("'descr': '<f4'") || !header.includes("'fortran_order': False")) {
    throw new Error(`${path} is not a float32 array in C order: ${header}`);
  }
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((size) => size.trim());
  const data = file.subarray(10 + headerLength);
  return { shape: shape.map(Number), values: new Float32Array(Uint8Array.from(data).buffer) };
}
