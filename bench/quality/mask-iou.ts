/** What is to be found, and the pixels that count neither way. All arrays are [height x width], row-major, 0 or 1. */
export interface GroundTruth {
  inside: Uint8Array;
  ignored: Uint8Array | null;
}

/**
 * Intersection over union of a prediction with the truth, on the pixels that count.
 * @param predicted [height x width], 0 or 1
 * @returns 0..1; 1 when both are empty
 */
export function maskIou({ inside, ignored }: GroundTruth, predicted: Uint8Array): number {
  let common = 0;
  let either = 0;
  for (let pixel = 0; pixel < inside.length; pixel++) {
    if (ignored?.[pixel]) continue;
    common += inside[pixel]! & predicted[pixel]!;
    either += inside[pixel]! | predicted[pixel]!;
  }
  return either === 0 ? 1 : common / either;
}
