import type { Size } from '../../shared/affine.ts';

/**
 * Widens a mask to a square around each of its pixels.
 * @param mask 0 or 1, [height x width]
 * @param reach of the squares: half their side, without the middle
 * @returns 1 where a pixel that is 1 lies within reach along both axes
 */
export function widened(mask: Uint8Array, { width, height }: Size, reach: number): Uint8Array {
  const along = (source: Uint8Array, count: number, step: number, lines: number, lineStep: number) => {
    const out = new Uint8Array(source.length);
    for (let line = 0; line < lines; line++) {
      let lastOne = -Infinity;
      // Each 1 reaches forwards on the way there and backwards on the way back.
      for (let i = 0; i < count; i++) {
        const at = line * lineStep + i * step;
        if (source[at] === 1) lastOne = i;
        if (i - lastOne <= reach) out[at] = 1;
      }
      lastOne = Infinity;
      for (let i = count - 1; i >= 0; i--) {
        const at = line * lineStep + i * step;
        if (source[at] === 1) lastOne = i;
        if (lastOne - i <= reach) out[at] = 1;
      }
    }
    return out;
  };
  return along(along(mask, width, 1, height, width), height, width, width, 1);
}
