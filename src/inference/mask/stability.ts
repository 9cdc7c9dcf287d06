/**
 * How little a mask depends on its threshold: area(logit > offset) / area(logit > -offset), SAM's stability score
 * (segment-anything utils/amg.py, calculate_stability_score).
 * @param logits any number of mask logits
 * @param offset distance of the two thresholds from 0, >= 0
 * @returns 0..1; 0 when nothing lies above -offset
 */
export function stabilityScore(logits: Float32Array, offset = 1): number {
  let inner = 0;
  let outer = 0;
  for (let i = 0; i < logits.length; i++) {
    if (logits[i]! > offset) inner++;
    if (logits[i]! > -offset) outer++;
  }
  return outer === 0 ? 0 : inner / outer;
}
