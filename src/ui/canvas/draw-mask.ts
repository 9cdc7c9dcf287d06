import type { Point, Size } from '../../shared/affine.ts';
import { maskContours, type Contour } from './mask-contours.ts';
import { overlayColours } from './overlay-colours.ts';
import { imageToView, type Viewport } from './viewport.ts';

export interface MaskFrame {
  modelSizePx: Size;
  imageSizePx: Size;
  visibleImagePolygon: readonly Point[] | null;
}

export type MaskLook = 'chosen' | 'preview' | 'adding' | 'removing';

/** Outlines in image space, for as long as their logits live: zooming and panning only redraw them. */
const outlines = new WeakMap<Float32Array, Path2D>();

/**
 * @param context its transform is CSS pixels of the canvas
 * @param imageOutline of the mask, in image space
 */
export function drawMask(
  context: CanvasRenderingContext2D,
  imageOutline: Path2D,
  frame: MaskFrame,
  viewport: Viewport,
  look: MaskLook,
): void {
  const outline = new Path2D();
  outline.addPath(imageOutline, toMatrix(viewport));
  context.save();
  const image = clipToSeen(context, frame, viewport);
  if (look === 'chosen') {
    const leftOut = new Path2D(image);
    leftOut.addPath(outline);
    context.fillStyle = overlayColours.leftOut;
    context.fill(leftOut, 'evenodd');
  }
  if (look !== 'removing') {
    context.fillStyle = {
      chosen: overlayColours.tint,
      preview: overlayColours.previewTint,
      adding: overlayColours.changeTint,
    }[look];
    context.fill(outline, 'evenodd');
  }
  strokeTwice(context, outline, look);
  context.restore();
}

/** @returns the outline of the whole image */
export function clipToSeen(context: CanvasRenderingContext2D, frame: MaskFrame, viewport: Viewport): Path2D {
  const image = imagePath(frame, viewport);
  context.clip(image);
  if (frame.visibleImagePolygon) context.clip(polygonPath(frame.visibleImagePolygon, viewport));
  return image;
}

/** Darkens what of the image the layer doesn't show. */
export function drawInvisiblePart(
  context: CanvasRenderingContext2D,
  frame: MaskFrame,
  viewport: Viewport,
): void {
  if (!frame.visibleImagePolygon) return;
  const invisible = imagePath(frame, viewport);
  context.save();
  context.clip(invisible);
  invisible.addPath(polygonPath(frame.visibleImagePolygon, viewport));
  context.fillStyle = overlayColours.invisible;
  context.fill(invisible, 'evenodd');
  context.restore();
}

/** White below colour: one of the two stands out on any photo. */
export function strokeTwice(context: CanvasRenderingContext2D, outline: Path2D, look: MaskLook): void {
  const isChange = look === 'adding' || look === 'removing';
  context.lineJoin = 'round';
  context.setLineDash(isChange ? [5, 4] : []);
  context.lineWidth = isChange ? 2.5 : 3.5;
  context.strokeStyle = overlayColours.halo;
  context.stroke(outline);
  context.lineWidth = 1.5;
  context.strokeStyle = look === 'removing' ? overlayColours.remove : overlayColours.add;
  context.stroke(outline);
  context.setLineDash([]);
}

export function outlineOf(logits: Float32Array, { modelSizePx, imageSizePx }: MaskFrame): Path2D {
  const known = outlines.get(logits);
  if (known) return known;
  const path = toPath(maskContours(logits, modelSizePx, imageSizePx));
  outlines.set(logits, path);
  return path;
}

export function toPath(contours: readonly Contour[]): Path2D {
  const path = new Path2D();
  for (const points of contours) {
    path.moveTo(points[0]!, points[1]!);
    for (let i = 2; i < points.length; i += 2) path.lineTo(points[i]!, points[i + 1]!);
    path.closePath();
  }
  return path;
}

export function imagePath({ imageSizePx }: MaskFrame, viewport: Viewport): Path2D {
  const path = new Path2D();
  const { x, y } = imageToView(viewport, { x: 0, y: 0 });
  path.rect(x, y, imageSizePx.width * viewport.scale, imageSizePx.height * viewport.scale);
  return path;
}

export function polygonPath(polygon: readonly Point[], viewport: Viewport): Path2D {
  const path = new Path2D();
  for (const corner of polygon) {
    const { x, y } = imageToView(viewport, corner);
    path.lineTo(x, y);
  }
  path.closePath();
  return path;
}

export function toMatrix({ scale, offset }: Viewport): DOMMatrix {
  return new DOMMatrix([scale, 0, 0, scale, offset.x, offset.y]);
}
