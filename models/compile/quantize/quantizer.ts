/** How the values of one tensor become 8-bit levels and back, with scales that are known before the values are. */
export type Quantizer =
  | { readonly kind: 'uniform'; readonly scale: number }
  /** For what a GELU gives: its few negative values have a scale of their own. */
  | { readonly kind: 'by-sign'; readonly negativeScale: number; readonly positiveScale: number }
  /** For what a softmax gives, 0..1: values that fit have the small scale, the others the large one. */
  | { readonly kind: 'by-size'; readonly smallScale: number; readonly largeScale: number };

export const BITS = 8;
/** 2^(b-1): the scale that spans a range is its largest magnitude divided by this. */
export const HALF_LEVELS = 2 ** (BITS - 1);
export const MIN_LEVEL = -HALF_LEVELS;
export const MAX_LEVEL = HALF_LEVELS - 1;

/** Up to here, a value has the small scale of two. */
export const smallRangeEnd = (smallScale: number) => smallScale * MAX_LEVEL;

/** Each value as it is after rounding: clip(round(x / scale)) * scale, ties to even as in ONNX's QuantizeLinear. */
export function quantized(values: Float32Array, quantizer: Quantizer): Float32Array {
  if (quantizer.kind === 'uniform') return quantizedColumns(values, Float32Array.of(quantizer.scale));
  const result = new Float32Array(values.length);
  const scaleOf = scaleChoice(quantizer);
  for (let i = 0; i < values.length; i++) {
    const scale = scaleOf(values[i]!);
    result[i] = levelOf(values[i]!, scale) * scale;
  }
  return result;
}

/** The same with a scale for each index of the last axis. */
export function quantizedColumns(values: Float32Array, scales: Float32Array): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0, column = 0; i < values.length; i++) {
    result[i] = levelOf(values[i]!, scales[column]!) * scales[column]!;
    if (++column === scales.length) column = 0;
  }
  return result;
}

function scaleChoice(quantizer: Exclude<Quantizer, { kind: 'uniform' }>): (value: number) => number {
  if (quantizer.kind === 'by-sign') {
    const { negativeScale, positiveScale } = quantizer;
    return (value) => (value < 0 ? negativeScale : positiveScale);
  }
  const { smallScale, largeScale } = quantizer;
  const end = smallRangeEnd(smallScale);
  return (value) => (value <= end ? smallScale : largeScale);
}

/** Adding and taking away 1.5 * 2^52 rounds a double to a whole number, ties to even. */
const ROUNDING = 1.5 * 2 ** 52;

function levelOf(value: number, scale: number): number {
  const level = value / scale + ROUNDING - ROUNDING;
  return level < MIN_LEVEL ? MIN_LEVEL : level > MAX_LEVEL ? MAX_LEVEL : level;
}
