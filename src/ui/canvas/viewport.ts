import type { Point, Rect, Size } from '../../shared/affine.ts';

/** viewPoint = imagePoint * scale + offset, in CSS pixels of the canvas. */
export interface Viewport {
  readonly scale: number;
  readonly offset: Point;
}

/** One press of a zoom button or key. */
export const ZOOM_STEP = 1.25;
/** CSS pixels per image pixel. */
export const MAX_SCALE = 32;
/** Room that a fitted image leaves on each side. */
const FIT_MARGIN_PX = 16;
/** Part of the image, in CSS pixels, that panning always leaves in view. */
const KEEP_IN_VIEW_PX = 40;

export function imageToView({ scale, offset }: Viewport, imagePoint: Point): Point {
  return { x: imagePoint.x * scale + offset.x, y: imagePoint.y * scale + offset.y };
}

export function viewToImage({ scale, offset }: Viewport, viewPoint: Point): Point {
  return { x: (viewPoint.x - offset.x) / scale, y: (viewPoint.y - offset.y) / scale };
}

/** The whole area in the middle of the view; small images are not blown up beyond four times. */
export function fitViewport(imageRect: Rect, viewSizePx: Size): Viewport {
  const room = (side: number) => Math.max(side - 2 * FIT_MARGIN_PX, side / 2, 1);
  const scale = Math.min(
    room(viewSizePx.width) / imageRect.width,
    room(viewSizePx.height) / imageRect.height,
    4,
  );
  return {
    scale,
    offset: {
      x: viewSizePx.width / 2 - (imageRect.x + imageRect.width / 2) * scale,
      y: viewSizePx.height / 2 - (imageRect.y + imageRect.height / 2) * scale,
    },
  };
}

/** @param minScale usually that of the fitted view or less */
export function zoomAt(viewport: Viewport, viewPoint: Point, factor: number, minScale: number): Viewport {
  const scale = Math.min(Math.max(viewport.scale * factor, minScale), Math.max(MAX_SCALE, minScale));
  const fixed = viewToImage(viewport, viewPoint);
  return { scale, offset: { x: viewPoint.x - fixed.x * scale, y: viewPoint.y - fixed.y * scale } };
}

/** Moved, but never so far that the image is lost from view. */
export function panBy(viewport: Viewport, deltaPx: Point, imageSizePx: Size, viewSizePx: Size): Viewport {
  const { scale, offset } = viewport;
  const clamp = (value: number, imageSide: number, viewSide: number) => {
    const keep = Math.min(KEEP_IN_VIEW_PX, (imageSide * scale) / 2, viewSide / 2);
    return Math.min(Math.max(value, keep - imageSide * scale), viewSide - keep);
  };
  return {
    scale,
    offset: {
      x: clamp(offset.x + deltaPx.x, imageSizePx.width, viewSizePx.width),
      y: clamp(offset.y + deltaPx.y, imageSizePx.height, viewSizePx.height),
    },
  };
}

/** Shifts the view just enough to show the point with some room around it. */
export function reveal(viewport: Viewport, imagePoint: Point, viewSizePx: Size): Viewport {
  const at = imageToView(viewport, imagePoint);
  const shift = (value: number, side: number) => {
    const room = Math.min(FIT_MARGIN_PX, side / 2);
    if (value < room) return room - value;
    return value > side - room ? side - room - value : 0;
  };
  return {
    scale: viewport.scale,
    offset: {
      x: viewport.offset.x + shift(at.x, viewSizePx.width),
      y: viewport.offset.y + shift(at.y, viewSizePx.height),
    },
  };
}
