import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyAffine, multiply, rectCorners, rotation, scaling } from '../../src/shared/affine.ts';
import { coversImage, isInside, rescalePolygon } from '../../src/ui/session/visible-area.ts';

const IMAGE = { width: 400, height: 300 };
const degrees = fc.double({ min: -180, max: 180, noNaN: true });
const flip = fc.constantFrom(1, -1);

describe('visible area', () => {
  it('tells inside from outside, however the quad is turned and flipped', () => {
    fc.assert(
      fc.property(
        degrees,
        flip,
        fc.double({ min: 0, max: 3, noNaN: true }),
        degrees,
        (turn, mirror, r, angle) => {
          const map = multiply(rotation(turn), scaling(mirror, 1));
          const quad = rectCorners({ x: -1, y: -2, width: 2, height: 4 }).map((corner) =>
            applyAffine(map, corner),
          );
          const inQuadSpace = { x: r * Math.cos(angle), y: r * Math.sin(angle) };
          const margin = Math.max(Math.abs(inQuadSpace.x) - 1, Math.abs(inQuadSpace.y) - 2);
          fc.pre(Math.abs(margin) > 1e-9);
          expect(isInside(quad, applyAffine(map, inQuadSpace))).toBe(margin < 0);
        },
      ),
    );
  });

  it('sees that a layer shows its whole image, to within rounding', () => {
    const exact = rectCorners({ x: 0, y: 0, ...IMAGE });
    const rounded = rectCorners({ x: 0.01, y: 0.01, width: 399.98, height: 299.98 });
    const larger = rectCorners({ x: -50, y: 0, width: 500, height: 300 });
    const cropped = rectCorners({ x: 0, y: 0, width: 399, height: 300 });
    expect([exact, rounded, larger, cropped].map((quad) => coversImage(quad, IMAGE))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('follows the decoded size where the host has another one', () => {
    const [, , bottomRight] = rescalePolygon(rectCorners({ x: 0, y: 0, width: 400, height: 300 }), IMAGE, {
      width: 800,
      height: 300,
    });
    expect(bottomRight).toEqual({ x: 800, y: 300 });
  });
});
