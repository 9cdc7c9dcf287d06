import { batch, signal } from '@preact/signals';
import { rectCorners, type Point, type Rect, type Size } from '../../shared/affine.ts';
import { isOnPicture, type Picture } from '../session/picture.ts';
import type { PointLabel } from '../session/prompt-entry.ts';
import type { Segmenting } from '../session/segmenting.ts';
import type { CanvasTool, Modifiers, PointerInput } from './canvas-tool.ts';
import type { ViewState } from './view-state.ts';
import { imageToView, viewToImage } from './viewport.ts';

/** Movement, in CSS pixels, that makes a click a drag. */
const DRAG_THRESHOLD_PX = 4;
/** Reach of a corner handle of the box, in CSS pixels. */
const HANDLE_REACH_PX = 9;

type Gesture =
  | { kind: 'press'; startViewPoint: Point; anchorImagePoint: Point; label: PointLabel; isHandle: boolean }
  | { kind: 'box'; anchorImagePoint: Point }
  | { kind: 'pan'; lastViewPoint: Point };

/** Turns presses, drags and moves on the canvas into points, boxes, previews and panning. */
export class PointerTool implements CanvasTool {
  private gesture: Gesture | null = null;

  /** The box being drawn, in image space. */
  readonly draftBox = signal<Rect | null>(null);
  readonly isPanning = signal(false);
  /** Where the keyboard's crosshair stands, in image space; null while the mouse is in use. */
  readonly crosshair = signal<Point | null>(null);
  /** Whether a click here would do something; null when the pointer is elsewhere. */
  readonly isOverImage = signal(false);
  private hoverImagePoint: Point | null = null;

  constructor(
    private readonly segmenting: Segmenting,
    private readonly view: ViewState,
    private readonly picture: Picture,
  ) {}

  get isBusy(): boolean {
    return this.gesture !== null;
  }

  down({ viewPoint, button, isAltDown, isSpaceDown }: PointerInput): void {
    this.crosshair.value = null;
    if (button === 1 || (button === 0 && isSpaceDown)) {
      this.gesture = { kind: 'pan', lastViewPoint: viewPoint };
      this.isPanning.value = true;
    } else if (button === 0) {
      const anchor = this.handleAnchor(viewPoint);
      this.gesture = {
        kind: 'press',
        startViewPoint: viewPoint,
        anchorImagePoint: anchor ?? viewToImage(this.view.viewport.peek(), viewPoint),
        label: isAltDown ? 0 : 1,
        isHandle: anchor !== null,
      };
    }
  }

  move({ viewPoint, isAltDown }: PointerInput): void {
    const { gesture } = this;
    const imagePoint = viewToImage(this.view.viewport.peek(), viewPoint);
    if (!gesture) {
      this.crosshair.value = null;
      this.isOverImage.value = isOnPicture(this.picture, imagePoint);
      this.hover(imagePoint, isAltDown);
    } else if (gesture.kind === 'pan') {
      const { lastViewPoint } = gesture;
      this.view.pan({ x: viewPoint.x - lastViewPoint.x, y: viewPoint.y - lastViewPoint.y });
      gesture.lastViewPoint = viewPoint;
    } else if (gesture.kind === 'box') {
      this.draftBox.value = boxBetween(gesture.anchorImagePoint, imagePoint, this.picture.imageSizePx);
    } else if (distance(viewPoint, gesture.startViewPoint) >= DRAG_THRESHOLD_PX) {
      this.gesture = { kind: 'box', anchorImagePoint: gesture.anchorImagePoint };
      this.segmenting.hoverAt(null);
      this.draftBox.value = boxBetween(gesture.anchorImagePoint, imagePoint, this.picture.imageSizePx);
    }
  }

  up(): void {
    const { gesture } = this;
    const box = this.draftBox.peek();
    batch(() => {
      this.cancel();
      if (gesture?.kind === 'press' && !gesture.isHandle) this.point(gesture.anchorImagePoint, gesture.label);
      if (gesture?.kind === 'box' && box) this.segmenting.setBox(box);
    });
  }

  /** Drops what is being drawn. */
  cancel(): void {
    this.gesture = null;
    this.draftBox.value = null;
    this.isPanning.value = false;
  }

  leave(): void {
    if (this.gesture) return;
    this.isOverImage.value = false;
    this.hover(null, false);
  }

  /** @returns false when the place is not part of the picture, or there is nothing to take away from */
  point(imagePoint: Point, label: PointLabel): boolean {
    if (!isOnPicture(this.picture, imagePoint) || (label === 0 && this.segmenting.isPromptEmpty.peek()))
      return false;
    // Letting go of Alt after a click must not preview the opposite of it.
    this.hoverImagePoint = null;
    this.segmenting.addPoint({ ...imagePoint, label });
    return true;
  }

  press(imagePoint: Point, { isAltDown }: Modifiers): void {
    this.point(imagePoint, isAltDown ? 0 : 1);
  }

  hover(imagePoint: Point | null, isAltDown: boolean): void {
    this.hoverImagePoint = imagePoint;
    const isOn = imagePoint !== null && isOnPicture(this.picture, imagePoint);
    this.segmenting.hoverAt(isOn ? { ...imagePoint, label: isAltDown ? 0 : 1 } : null);
  }

  /** Alt was pressed or let go while the pointer rested. */
  altChanged(isAltDown: boolean): void {
    if (!this.gesture && this.hoverImagePoint) this.hover(this.hoverImagePoint, isAltDown);
  }

  /** For a press on a corner of the box: the opposite corner, from which the box is drawn anew. */
  private handleAnchor(viewPoint: Point): Point | null {
    const box = this.segmenting.entry.peek().box;
    if (!box) return null;
    const corners = rectCorners(box);
    const viewport = this.view.viewport.peek();
    const hit = corners.findIndex(
      (corner) => distance(imageToView(viewport, corner), viewPoint) <= HANDLE_REACH_PX,
    );
    return hit < 0 ? null : corners[(hit + 2) % 4]!;
  }
}

/** Clamped to the image; null when nothing is left of it. */
function boxBetween(a: Point, b: Point, { width, height }: Size): Rect | null {
  const clamp = (value: number, side: number) => Math.min(Math.max(value, 0), side);
  const [ax, bx] = [clamp(a.x, width), clamp(b.x, width)];
  const [ay, by] = [clamp(a.y, height), clamp(b.y, height)];
  const box = {
    x: Math.min(ax, bx),
    y: Math.min(ay, by),
    width: Math.abs(ax - bx),
    height: Math.abs(ay - by),
  };
  return box.width < 1 || box.height < 1 ? null : box;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
