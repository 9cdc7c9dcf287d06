import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitViewport,
  imageToView,
  MAX_SCALE,
  panBy,
  reveal,
  viewToImage,
  zoomAt,
} from '../../src/ui/canvas/viewport.ts';

const coordinate = fc.double({ min: -5000, max: 5000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const size = fc.record({
  width: fc.integer({ min: 1, max: 8000 }),
  height: fc.integer({ min: 1, max: 8000 }),
});
const viewSize = fc.record({
  width: fc.integer({ min: 100, max: 2000 }),
  height: fc.integer({ min: 60, max: 2000 }),
});
const viewport = fc.record({ scale: fc.double({ min: 0.01, max: 32, noNaN: true }), offset: point });

describe('viewport', () => {
  it('maps there and back', () => {
    fc.assert(
      fc.property(viewport, point, (view, imagePoint) => {
        const back = viewToImage(view, imageToView(view, imagePoint));
        expect(Math.hypot(back.x - imagePoint.x, back.y - imagePoint.y)).toBeLessThan(1e-6);
      }),
    );
  });

  it('fits the image into the view, centred', () => {
    fc.assert(
      fc.property(size, viewSize, (imageSize, view) => {
        const fitted = fitViewport({ x: 0, y: 0, ...imageSize }, view);
        const topLeft = imageToView(fitted, { x: 0, y: 0 });
        const bottomRight = imageToView(fitted, { x: imageSize.width, y: imageSize.height });
        expect(Math.min(topLeft.x, topLeft.y)).toBeGreaterThanOrEqual(-1e-6);
        expect(topLeft.x + bottomRight.x).toBeCloseTo(view.width, 6);
        expect(topLeft.y + bottomRight.y).toBeCloseTo(view.height, 6);
      }),
    );
  });

  it('zooms about the point under the pointer, within its limits', () => {
    fc.assert(
      fc.property(viewport, point, fc.double({ min: 0.1, max: 10, noNaN: true }), (view, at, factor) => {
        const zoomed = zoomAt(view, at, factor, 0.05);
        const before = viewToImage(view, at);
        const after = imageToView(zoomed, before);
        expect(Math.hypot(after.x - at.x, after.y - at.y)).toBeLessThan(1e-3);
        expect(zoomed.scale).toBeGreaterThanOrEqual(0.05);
        expect(zoomed.scale).toBeLessThanOrEqual(MAX_SCALE);
      }),
    );
  });

  it('never loses the image by panning', () => {
    fc.assert(
      fc.property(size, viewSize, point, (imageSize, view, delta) => {
        const panned = panBy(fitViewport({ x: 0, y: 0, ...imageSize }, view), delta, imageSize, view);
        const topLeft = imageToView(panned, { x: 0, y: 0 });
        const bottomRight = imageToView(panned, { x: imageSize.width, y: imageSize.height });
        expect(topLeft.x).toBeLessThan(view.width);
        expect(topLeft.y).toBeLessThan(view.height);
        expect(bottomRight.x).toBeGreaterThan(0);
        expect(bottomRight.y).toBeGreaterThan(0);
      }),
    );
  });

  it('brings a point into view, and moves nothing when it is there', () => {
    fc.assert(
      fc.property(viewport, point, viewSize, (view, imagePoint, sizePx) => {
        const revealed = reveal(view, imagePoint, sizePx);
        const at = imageToView(revealed, imagePoint);
        expect(at.x).toBeGreaterThanOrEqual(0);
        expect(at.y).toBeGreaterThanOrEqual(0);
        expect(at.x).toBeLessThanOrEqual(sizePx.width);
        expect(at.y).toBeLessThanOrEqual(sizePx.height);
        const again = reveal(revealed, imagePoint, sizePx);
        expect(again.offset.x).toBeCloseTo(revealed.offset.x, 6);
        expect(again.offset.y).toBeCloseTo(revealed.offset.y, 6);
      }),
    );
  });
});
