import { describe, expect, it } from 'vitest';
import { shapeEdge } from '../../src/inference/matte/shape-edge.ts';
import { DEFAULT_EDGE, type EdgeSettings } from '../../src/shared/edge-settings.ts';

const SIDE = 200;
const sizePx = { width: SIDE, height: SIDE };

/** A disc of the given radius, its edge as wide as given. */
function disc(radiusPx: number, rampPx: number): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const depth = radiusPx - Math.hypot((i % SIDE) + 0.5 - 100, Math.floor(i / SIDE) + 0.5 - 100);
    return Math.round(255 * Math.min(Math.max(depth / rampPx + 0.5, 0), 1));
  });
}

function shaped(alpha: Uint8Array, settings: Partial<EdgeSettings>): Uint8Array {
  const copy = alpha.slice();
  shapeEdge(copy, sizePx, { ...DEFAULT_EDGE, ...settings });
  return copy;
}

const areaOf = (alpha: Uint8Array): number => alpha.reduce((sum, a) => sum + a / 255, 0);
const softCount = (alpha: Uint8Array): number => alpha.filter((a) => a > 0 && a < 255).length;

describe('shapeEdge', () => {
  it('keeps alpha as it was fitted at its softest, and takes faint haze away else', () => {
    const alpha = disc(60, 20);
    expect(shaped(alpha, { softness: 1 })).toEqual(alpha);
    const haze = alpha.map((a) => (a === 0 ? 8 : a));
    const clean = shaped(haze, {});
    haze.forEach((a, i) => a === 8 && expect(clean[i]).toBe(0));
  });

  it('leaves no ghosts and no pinholes but in the softest edges', () => {
    const faint = (alpha: Uint8Array) =>
      alpha.filter((a) => (a > 0 && a <= 15) || (a >= 240 && a < 255)).length;
    const alpha = disc(60, 60);
    for (const softness of [0, 0.25, 0.5]) expect(faint(shaped(alpha, { softness }))).toBe(0);
    expect(faint(shaped(alpha, { softness: 0.75 }))).toBeLessThan(faint(alpha));
    expect(faint(alpha)).toBeGreaterThan(100);
  });

  it('is harder the less soft it is, and keeps its place', () => {
    const alpha = disc(60, 20);
    const counts = [0, 0.25, 0.5, 0.75, 1].map((softness) => {
      const edge = shaped(alpha, { softness });
      expect(areaOf(edge) / areaOf(alpha)).toBeCloseTo(1, 1);
      return softCount(edge);
    });
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBeLessThan(0.2 * counts[4]!);
  });

  it.each([-10, -4, -1, 1, 3, 10])('moves the edge by %i px', (shiftPx) => {
    const moved = shaped(disc(60, 1), { shiftPx });
    const radiusPx = Math.sqrt(areaOf(moved) / Math.PI);
    expect(Math.abs(radiusPx - 60 - shiftPx)).toBeLessThan(0.5);
  });

  it('does not shrink away from the border of the picture', () => {
    const half = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < 100 ? 255 : 0));
    const shrunk = shaped(half, { shiftPx: -5, smooth: 1 });
    for (let y = 0; y < SIDE; y++) {
      expect(shrunk[y * SIDE]).toBe(255);
      expect(shrunk[y * SIDE + 90]).toBe(255);
      expect(shrunk[y * SIDE + 99]).toBe(0);
    }
  });

  it('smooths jags and wisps away and leaves a round edge where it is', () => {
    const clean = disc(60, 1);
    const jagged = clean.slice();
    // Wisps of two pixels that stick out, every 20 pixels.
    for (let y = 50; y < 150; y += 20) jagged.fill(255, y * SIDE + 100, y * SIDE + 190);
    const smooth = shaped(jagged, { smooth: 1 });
    for (let y = 50; y < 150; y += 20) expect(smooth[y * SIDE + 180]).toBe(0);
    const round = shaped(clean, { smooth: 1 });
    expect(areaOf(round) / areaOf(clean)).toBeCloseTo(1, 1);
    expect(softCount(round)).toBeLessThan(4 * 2 * Math.PI * 60);
  });
});
