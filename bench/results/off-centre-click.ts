import { createHash } from 'node:crypto';
import { squaredDistances } from '../../src/inference/mask/distance-transform.ts';
import type { Size } from '../../src/shared/affine.ts';
import type { Click } from '../quality/next-click.ts';

/** Nobody aims at the outline: pixels nearer to it than this share of the largest distance are not clicked. */
const MIN_CENTREDNESS = 0.3;

/**
 * A click anywhere well inside of an object, the same each time.
 * @param inside [height x width], 0 or 1
 * @param seed what the place depends on
 */
export function offCentreClick(inside: Uint8Array, sizePx: Size, seed: string): Click {
  const distances = squaredDistances(inside, sizePx);
  let largest = 0;
  for (const distance of distances) if (distance > largest) largest = distance;
  const pixels: number[] = [];
  distances.forEach((distance, pixel) => {
    if (distance >= MIN_CENTREDNESS ** 2 * largest) pixels.push(pixel);
  });
  const share = createHash('sha256').update(seed).digest().readUInt32LE(0) / 2 ** 32;
  const pixel = pixels[Math.floor(share * pixels.length)]!;
  const x = pixel % sizePx.width;
  return { x: x + 0.5, y: (pixel - x) / sizePx.width + 0.5, label: 1 };
}
