import type { Point, Rect, Size } from '../../src/shared/affine.ts';

/** How the canvas is seen: screenPoint = canvasPoint * scale + offset, in CSS pixels of the canvas element. */
export interface View {
  scale: number;
  offset: Point;
}

const MIN_SCALE = 0.02;
const MAX_SCALE = 32;
const FIT_MARGIN_PX = 48;

export function toScreen(view: View, canvasPoint: Point): Point {
  return {
    x: canvasPoint.x * view.scale + view.offset.x,
    y: canvasPoint.y * view.scale + view.offset.y,
  };
}

export function toCanvas(view: View, screenPoint: Point): Point {
  return {
    x: (screenPoint.x - view.offset.x) / view.scale,
    y: (screenPoint.y - view.offset.y) / view.scale,
  };
}

export function pan(view: View, byPx: Point): View {
  return { ...view, offset: { x: view.offset.x + byPx.x, y: view.offset.y + byPx.y } };
}

/** Keeps what is under `screenPoint` where it is. */
export function zoomAt(view: View, screenPoint: Point, factor: number): View {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, view.scale * factor));
  const canvasPoint = toCanvas(view, screenPoint);
  return {
    scale,
    offset: { x: screenPoint.x - canvasPoint.x * scale, y: screenPoint.y - canvasPoint.y * scale },
  };
}

/** The whole of `bounds`, centred, no larger than life. */
export function fit(bounds: Rect, screenSize: Size): View {
  const free = (px: number) => Math.max(1, px - 2 * FIT_MARGIN_PX);
  const scale = Math.min(
    1,
    free(screenSize.width) / Math.max(1, bounds.width),
    free(screenSize.height) / Math.max(1, bounds.height),
  );
  return {
    scale,
    offset: {
      x: screenSize.width / 2 - (bounds.x + bounds.width / 2) * scale,
      y: screenSize.height / 2 - (bounds.y + bounds.height / 2) * scale,
    },
  };
}
