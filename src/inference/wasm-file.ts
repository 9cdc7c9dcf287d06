/** "\0asm", version 1. */
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const CODE_SECTION = 10;

/** A module whose one function adds two vectors. */
const SIMD_PROBE = Uint8Array.from([
  ...HEADER,
  // One type without parameters and results, one function of it.
  ...[1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  // Its code: i32.const 0, i32x4.splat, twice; i32x4.add, drop, end.
  ...[CODE_SECTION, 16, 1, 14, 0, 65, 0, 253, 17, 65, 0, 253, 17, 253, 174, 1, 26, 11],
]);

/**
 * Whether a file is a WASM module from its beginning to its end, by the lengths of its sections: what a cut or a wrong file
 * changes. `WebAssembly.validate` would compile all of it, a tenth of what starting takes.
 */
export function isWholeWasm(bytes: Uint8Array): boolean {
  if (HEADER.some((byte, i) => bytes[i] !== byte)) return false;
  let hasCode = false;
  let at = HEADER.length;
  while (at < bytes.length) {
    if (bytes[at++] === CODE_SECTION) hasCode = true;
    // Length of the section, as LEB128.
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      length += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte & 128 && shift < 35);
    at += length;
  }
  return hasCode && at === bytes.length;
}

/** Whether this browser runs the vector instructions that onnxruntime-web is made of. */
export function hasSimd(): boolean {
  return WebAssembly.validate(SIMD_PROBE);
}
