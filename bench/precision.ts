import { PRECISIONS, type Precision } from '../src/inference/model/pack/pack-header.ts';

export { PRECISIONS, type Precision };

/**
 * Least CPU time of an encode (38.8 GMAC) by the arithmetic that a precision computes in, in seconds: f32 by multiply
 * and add 1.4, int8 without relaxed SIMD 0.9. Measured on one core of a machine of the kind that the bars were set
 * on, by kernels that do nothing else.
 */
export const ENCODE_FLOOR_S: Record<Precision, number> = { fp32: 1.4, fp16: 1.4, int8: 0.9 };

/** As build.mjs ships it. */
export const SHIPPED_PRECISION: Precision = 'int8';
