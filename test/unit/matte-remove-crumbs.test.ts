import { describe, expect, it } from 'vitest';
import { removeCrumbs } from '../../src/inference/matte/remove-crumbs.ts';

const SIZE = { width: 400, height: 300 };
const CELL_PX = 2;

/** Discs of [x, y, radius, alpha]. */
function discs(...all: readonly (readonly [number, number, number, number])[]): Uint8Array {
  return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
    const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
    return Math.max(0, ...all.map(([cx, cy, r, alpha]) => (Math.hypot(x - cx, y - cy) <= r ? alpha : 0)));
  });
}

const OBJECT = [150, 150, 100, 255] as const;

describe('removeCrumbs', () => {
  it('takes away small pieces, solid or not, and nothing else', () => {
    // 24 cells are 96 px: a disc of radius 5 has 81, one of radius 7 has 149.
    const alpha = discs(OBJECT, [300, 60, 5, 255], [350, 200, 4, 90], [300, 250, 7, 255]);
    removeCrumbs(alpha, SIZE, CELL_PX);
    expect(alpha).toEqual(discs(OBJECT, [300, 250, 7, 255]));
  });

  it('keeps small pieces of a small object', () => {
    const alpha = discs([100, 100, 12, 255], [130, 100, 3, 255]);
    const before = alpha.slice();
    removeCrumbs(alpha, SIZE, CELL_PX);
    expect(alpha).toEqual(before);
  });

  it('keeps what hangs together by half a pixel, and does not by a breath', () => {
    const [hair, haze] = [
      [255, 150, 10, 128],
      [255, 150, 10, 8],
    ] as const;
    for (const bridge of [hair, haze]) {
      const alpha = discs(OBJECT, bridge, [266, 150, 4, 255]);
      removeCrumbs(alpha, SIZE, CELL_PX);
      expect(alpha[150 * SIZE.width + 267]! > 0).toBe(bridge === hair);
    }
  });

  it('takes away the same of a mask on a finer image', () => {
    // A hundredth of the object are 346 px: discs of radius 10 and 11 have 317 and 377.
    const fine = (radius: number) => discs([120, 150, 105, 255], [310, 90, radius, 255]);
    const [crumb, piece] = [fine(10), fine(11)];
    removeCrumbs(crumb, SIZE, 16);
    removeCrumbs(piece, SIZE, 16);
    expect(crumb).toEqual(discs([120, 150, 105, 255]));
    expect(piece).toEqual(fine(11));
  });

  it('leaves an empty picture empty', () => {
    const alpha = discs();
    removeCrumbs(alpha, SIZE, CELL_PX);
    expect(alpha.some((a) => a > 0)).toBe(false);
  });
});
