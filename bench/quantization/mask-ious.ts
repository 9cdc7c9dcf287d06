import { MASK_TOKENS } from '../../src/inference/model/architecture.ts';

/**
 * IoU of what two answers of the decoder have inside (logit > 0), for each mask token.
 * @param a [1, 4, 256, 256], as `b`
 * @returns 0..1 each; 1 where both are empty
 */
export function maskIous(a: Float32Array, b: Float32Array): number[] {
  const pixels = a.length / MASK_TOKENS;
  return Array.from({ length: MASK_TOKENS }, (_, token) => {
    let [common, either] = [0, 0];
    for (let i = token * pixels; i < (token + 1) * pixels; i++) {
      const [insideA, insideB] = [a[i]! > 0, b[i]! > 0];
      if (insideA && insideB) common++;
      if (insideA || insideB) either++;
    }
    return either === 0 ? 1 : common / either;
  });
}
