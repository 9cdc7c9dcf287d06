import { TinyCutError } from '../../../src/shared/errors.ts';

/**
 * IEEE 754 binary16 bit patterns of the values, rounded to nearest, ties to even; subnormals are kept.
 *
 * @throws TinyCutError `model-corrupt` for a value that is not finite in binary16.
 */
export function toFloat16Bits(values: Float32Array): Uint16Array {
  const float32Bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const sign = (float32Bits[i]! >>> 16) & 0x8000;
    const magnitude = float32Bits[i]! & 0x7fffffff;
    // Below 2^-14 binary16 is a fixed-point number of 2^-24 steps.
    const isSubnormal = magnitude < 0x38800000;
    const rounded = isSubnormal
      ? roundTiesToEven(Math.abs(values[i]!) * 2 ** 24)
      : // Rebias the exponent from 127 to 15; a carry out of the mantissa rounds up into it.
        (magnitude - (112 << 23) + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    if (rounded >= 0x7c00) {
      throw new TinyCutError('model-corrupt', `The weight ${values[i]} is outside the range of float16.`);
    }
    bits[i] = sign | rounded;
  }
  return bits;
}

function roundTiesToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
