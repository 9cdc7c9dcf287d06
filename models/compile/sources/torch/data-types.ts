/** Element types of the storages that hold weights, by the class that stands for them in a checkpoint. */
export const STORAGE_DATA_TYPES = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  LongStorage: 'int64',
} as const;
export type TorchDataType = (typeof STORAGE_DATA_TYPES)[keyof typeof STORAGE_DATA_TYPES];
export type FloatDataType = Exclude<TorchDataType, 'int64'>;

export const ELEMENT_BYTES: Readonly<Record<TorchDataType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
};

/** Little-endian elements as float32; of the types, only float64 can lose digits. `bytes` need not be aligned. */
export function decodeFloats(bytes: Uint8Array, dataType: FloatDataType): Float32Array {
  const { buffer } = new Uint8Array(bytes);
  switch (dataType) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float32Array(new Float64Array(buffer));
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), float16Value);
    case 'bfloat16':
      // The upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  }
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of mantissa. */
function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
