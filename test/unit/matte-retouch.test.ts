import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stroke } from '../../src/shared/retouch.ts';
import { alphaMatte } from '../../src/inference/matte/alpha-matte.ts';
import type { Matte } from '../../src/inference/matte/matte.ts';
import { retouchMatte } from '../../src/inference/matte/retouch-matte.ts';
import { strokeCoverage } from '../../src/inference/matte/stroke-coverage.ts';
import { outlineLimits } from '../../src/inference/trace/outline-detail.ts';
import { traceMatte } from '../../src/inference/trace/trace-mask.ts';
import { invert } from '../../src/ui/session/retouching.ts';
import { areaOf, renderPaths } from './render-path.ts';
import { circle, geometryOf, logitsOf } from './synthetic-logits.ts';

/** Edges of mattes are about this wide, in pixels: nothing smaller is told apart. */
const MATTE_CELL_PX = 2;
const SIZE = { width: 160, height: 100 };
const GEOMETRY = geometryOf(SIZE.width, SIZE.height);

const coordinate = (max: number) => fc.double({ min: -20, max: max + 20, noNaN: true });
const strokes: fc.Arbitrary<Stroke> = fc.record({
  mode: fc.constantFrom('add', 'erase'),
  radiusPx: fc.double({ min: 0.6, max: 25, noNaN: true }),
  imagePoints: fc.array(fc.record({ x: coordinate(SIZE.width), y: coordinate(SIZE.height) }), {
    minLength: 1,
    maxLength: 6,
  }),
});

function whole(matte: Matte | null): Uint8Array {
  const alpha = new Uint8Array(SIZE.width * SIZE.height);
  if (!matte) return alpha;
  const { x, y, width, height } = matte.imageRect;
  for (let row = 0; row < height; row++) {
    alpha.set(matte.alpha.subarray(row * width, (row + 1) * width), (y + row) * SIZE.width + x);
  }
  return alpha;
}

/** The strokes drawn by resvg over what is there, 0..255, erasing by a mask. */
function rendered(painted: readonly Stroke[], ground = ''): Uint8Array {
  const line = ({ imagePoints, radiusPx }: Stroke, colour: string) =>
    `<path d="M ${imagePoints.map(({ x, y }) => `${x} ${y}`).join(' L ')} l 0 0" fill="none" stroke="${colour}"
       stroke-width="${2 * radiusPx}" stroke-linecap="round" stroke-linejoin="round"/>`;
  const drawn = painted.reduce((below, stroke, i) => {
    if (stroke.mode === 'add') return below + line(stroke, 'white');
    const mask = `<mask id="m${i}" maskUnits="userSpaceOnUse" x="0" y="0" width="100%" height="100%">
      <rect width="100%" height="100%" fill="white"/>${line(stroke, 'black')}</mask>`;
    return `${mask}<g mask="url(#m${i})">${below}</g>`;
  }, ground);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">${drawn}</svg>`;
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => pixels[4 * i + 3]!);
}

/** Largest share of a pixel by which two coverages differ, and the mean over those pixels that either is in part. */
function difference(a: Uint8Array, b: Uint8Array): { largest: number; mean: number } {
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i]! - b[i]!) / 255;
    largest = Math.max(largest, off);
    sum += off;
  }
  return { largest, mean: sum / a.length };
}

describe('the stroke of a brush', () => {
  it('covers what an SVG renderer covers with a round line', () => {
    fc.assert(
      fc.property(strokes, (stroke) => {
        const own = whole(strokeCoverage(stroke, { x: 0, y: 0, ...SIZE }));
        const { largest, mean } = difference(own, rendered([{ ...stroke, mode: 'add' }]));
        // A pixel that the edge crosses is judged by its centre, which is off by less than this.
        expect(largest).toBeLessThan(0.3);
        expect(mean).toBeLessThan(0.01);
      }),
      { numRuns: 60 },
    );
  });

  it('is nothing off the image', () => {
    const stroke: Stroke = { mode: 'add', radiusPx: 5, imagePoints: [{ x: -30, y: 50 }] };
    expect(strokeCoverage(stroke, { x: 0, y: 0, ...SIZE })).toBeNull();
  });
});

describe('a retouched mask', () => {
  const disc = alphaMatte(logitsOf(circle(128 * 3, 128 * 2, 120)), GEOMETRY, null);

  it('is what an SVG renderer makes of the same strokes in their order', () => {
    fc.assert(
      fc.property(fc.array(strokes, { maxLength: 4 }), (painted) => {
        const own = whole(retouchMatte(null, { isInverted: false, strokes: painted }, SIZE, null));
        const { largest, mean } = difference(own, rendered(painted));
        expect(largest).toBeLessThan(0.35);
        expect(mean).toBeLessThan(0.02);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the mask where no stroke went', () => {
    expect(whole(retouchMatte(disc, { isInverted: false, strokes: [] }, SIZE, null))).toEqual(whole(disc));
  });

  it('is the complement once inverted, strokes included', () => {
    fc.assert(
      fc.property(fc.array(strokes, { maxLength: 4 }), (painted) => {
        const retouch = { isInverted: false, strokes: painted };
        const kept = whole(retouchMatte(disc, retouch, SIZE, null));
        const left = whole(retouchMatte(disc, invert(retouch), SIZE, null));
        // Each stroke rounds once.
        expect(kept.every((alpha, i) => Math.abs(255 - alpha - left[i]!) <= painted.length)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('ends at the clip, and is nothing where nothing is left', () => {
    const clip = [
      { x: 0, y: 0 },
      { x: 40, y: 0 },
      { x: 40, y: 100 },
      { x: 0, y: 100 },
    ];
    const inverted = retouchMatte(disc, { isInverted: true, strokes: [] }, SIZE, clip)!;
    expect(inverted.imageRect.x + inverted.imageRect.width).toBe(40);
    const all: Stroke = { mode: 'erase', radiusPx: 400, imagePoints: [{ x: 80, y: 50 }] };
    expect(retouchMatte(disc, { isInverted: false, strokes: [all] }, SIZE, null)).toBeNull();
  });

  it('has outlines that enclose the same pixels', () => {
    const painted: Stroke[] = [
      {
        mode: 'add',
        radiusPx: 9,
        imagePoints: [
          { x: 20, y: 20 },
          { x: 140, y: 30 },
        ],
      },
      {
        mode: 'erase',
        radiusPx: 6,
        imagePoints: [
          { x: 80, y: 0 },
          { x: 80, y: 99 },
        ],
      },
    ];
    const matte = retouchMatte(disc, { isInverted: false, strokes: painted }, SIZE, null)!;
    const { paths } = traceMatte(matte, SIZE, null, outlineLimits({ detail: 1 }, 1), MATTE_CELL_PX);
    const { mean } = difference(renderPaths(paths, SIZE), whole(matte));
    expect(areaOf(whole(matte))).toBeGreaterThan(1000);
    expect(mean).toBeLessThan(0.01);
  });
});
