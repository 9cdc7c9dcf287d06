import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiply, rotation, scaling, translation, type Affine } from '../../src/shared/affine.ts';
import { layerAt, moveLayer } from '../../workbench/canvas/hit-test.ts';
import { fit, toCanvas, toScreen, zoomAt } from '../../workbench/canvas/view.ts';
import { FigmaDocument } from '../host/document/figma-document.ts';

const coordinate = fc.double({ min: -5000, max: 5000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const view = fc.record({ scale: fc.double({ min: 0.05, max: 20, noNaN: true }), offset: point });

describe('the view of the workbench canvas', () => {
  it('keeps what is under the pointer there when it zooms', () => {
    fc.assert(
      fc.property(view, point, fc.double({ min: 0.1, max: 10, noNaN: true }), (view, pointer, factor) => {
        const before = toCanvas(view, pointer);
        const after = toScreen(zoomAt(view, pointer, factor), before);
        expect(after.x).toBeCloseTo(pointer.x, 3);
        expect(after.y).toBeCloseTo(pointer.y, 3);
      }),
    );
  });

  it('fits all that there is into the window', () => {
    const side = fc.double({ min: 1, max: 9000, noNaN: true });
    const screenSize = { width: 900, height: 600 };
    fc.assert(
      fc.property(point, side, side, (corner, width, height) => {
        const fitted = fit({ ...corner, width, height }, screenSize);
        const topLeft = toScreen(fitted, corner);
        const bottomRight = toScreen(fitted, { x: corner.x + width, y: corner.y + height });
        expect(Math.min(topLeft.x, topLeft.y)).toBeGreaterThanOrEqual(0);
        expect(bottomRight.x).toBeLessThanOrEqual(screenSize.width);
        expect(bottomRight.y).toBeLessThanOrEqual(screenSize.height);
      }),
    );
  });
});

describe('layers of the workbench canvas', () => {
  it('finds the topmost that can be seen, the group before what is in it', () => {
    const document = new FigmaDocument();
    const below = document.add('RECTANGLE', { width: 100, height: 100 });
    const above = document.add('RECTANGLE', { width: 100, height: 100 });
    const frame = document.add('FRAME', { relativeTransform: translation(200, 0) as Transform });
    const inFrame = document.add('RECTANGLE', { width: 50, height: 50 }, frame);
    expect(layerAt(document, { x: 50, y: 50 }, false)).toBe(above);
    document.update(above, { visible: false });
    expect(layerAt(document, { x: 50, y: 50 }, false)).toBe(below);
    document.update(below, { locked: true });
    expect(layerAt(document, { x: 50, y: 50 }, false)).toBeNull();
    expect(layerAt(document, { x: 220, y: 20 }, false)).toBe(frame);
    expect(layerAt(document, { x: 220, y: 20 }, true)).toBe(inFrame);
    expect(layerAt(document, { x: 280, y: 80 }, true)).toBe(frame);
  });

  it('moves along the canvas, however its frame lies', () => {
    const document = new FigmaDocument();
    const map: Affine = multiply(translation(300, 40), rotation(33), scaling(-1, 1));
    const frame = document.add('FRAME', { relativeTransform: map as Transform });
    const layer = document.add('RECTANGLE', { relativeTransform: translation(10, 5) as Transform }, frame);
    const before = document.absoluteBounds(layer);
    moveLayer(document, layer, { x: 20, y: -7 });
    const after = document.absoluteBounds(layer);
    expect(after.x - before.x).toBeCloseTo(20, 3);
    expect(after.y - before.y).toBeCloseTo(-7, 3);
    expect(after.width).toBeCloseTo(before.width, 3);
  });
});
