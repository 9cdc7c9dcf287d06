import { rectCorners, type Point, type Rect } from '../../shared/affine.ts';
import type { LabelledPoint } from '../session/prompt-entry.ts';
import { overlayColours } from './overlay-colours.ts';
import { imageToView, type Viewport } from './viewport.ts';

const POINT_RADIUS_PX = 7;
const SIGN_PX = 3;
const HANDLE_SIDE_PX = 7;
const CROSSHAIR_PX = 11;

/** A dot with a plus or a minus, so that colour alone doesn't tell them apart. */
export function drawPoint(context: CanvasRenderingContext2D, point: LabelledPoint, viewport: Viewport): void {
  const { x, y } = imageToView(viewport, point);
  context.save();
  context.shadowColor = 'rgb(0 0 0 / 0.35)';
  context.shadowBlur = 4;
  context.shadowOffsetY = 1;
  context.beginPath();
  context.arc(x, y, POINT_RADIUS_PX, 0, 2 * Math.PI);
  context.fillStyle = overlayColours.halo;
  context.fill();
  context.restore();
  context.beginPath();
  context.arc(x, y, POINT_RADIUS_PX - 1.5, 0, 2 * Math.PI);
  context.fillStyle = point.label === 1 ? overlayColours.add : overlayColours.remove;
  context.fill();
  context.beginPath();
  context.moveTo(x - SIGN_PX, y);
  context.lineTo(x + SIGN_PX, y);
  if (point.label === 1) {
    context.moveTo(x, y - SIGN_PX);
    context.lineTo(x, y + SIGN_PX);
  }
  context.strokeStyle = overlayColours.halo;
  context.lineWidth = 1.5;
  context.stroke();
}

/** Drawn as Figma draws a selection: a thin frame with a square handle at each corner. */
export function drawBox(
  context: CanvasRenderingContext2D,
  box: Rect,
  viewport: Viewport,
  hasHandles: boolean,
): void {
  const { x, y } = imageToView(viewport, box);
  const [width, height] = [box.width * viewport.scale, box.height * viewport.scale];
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(255 255 255 / 0.7)';
  context.strokeRect(x, y, width, height);
  context.lineWidth = 1.5;
  context.strokeStyle = overlayColours.add;
  context.strokeRect(x, y, width, height);
  if (!hasHandles) return;
  context.fillStyle = overlayColours.halo;
  for (const corner of rectCorners({ x, y, width, height })) {
    const half = HANDLE_SIDE_PX / 2;
    context.fillRect(corner.x - half, corner.y - half, HANDLE_SIDE_PX, HANDLE_SIDE_PX);
    context.strokeRect(corner.x - half, corner.y - half, HANDLE_SIDE_PX, HANDLE_SIDE_PX);
  }
}

/** The brush's edge: dark beside white, so that it shows on any photo. */
export function drawBrushRing(
  context: CanvasRenderingContext2D,
  centreImagePoint: Point,
  radiusPx: number,
  viewport: Viewport,
): void {
  const { x, y } = imageToView(viewport, centreImagePoint);
  const viewRadius = Math.max(radiusPx * viewport.scale, 1);
  for (const [offset, colour] of [
    [1, 'rgb(0 0 0 / 0.55)'],
    [0, overlayColours.halo],
  ] as const) {
    context.beginPath();
    context.arc(x, y, viewRadius + offset, 0, 2 * Math.PI);
    context.lineWidth = 1.25;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** The keyboard's pointer. */
export function drawCrosshair(
  context: CanvasRenderingContext2D,
  imagePoint: Point,
  viewport: Viewport,
): void {
  const { x, y } = imageToView(viewport, imagePoint);
  for (const [lineWidth, colour] of [
    [4, 'rgb(0 0 0 / 0.55)'],
    [1.5, overlayColours.halo],
  ] as const) {
    context.beginPath();
    context.moveTo(x - CROSSHAIR_PX, y);
    context.lineTo(x - 3, y);
    context.moveTo(x + 3, y);
    context.lineTo(x + CROSSHAIR_PX, y);
    context.moveTo(x, y - CROSSHAIR_PX);
    context.lineTo(x, y - 3);
    context.moveTo(x, y + 3);
    context.lineTo(x, y + CROSSHAIR_PX);
    context.lineWidth = lineWidth;
    context.strokeStyle = colour;
    context.stroke();
  }
}
