import { batch, computed, signal } from '@preact/signals';
import { rectCorners, type Point, type Rect, type Size } from '../../shared/affine.ts';
import { isOnPicture, type Picture } from '../session/picture.ts';
import type { PointLabel } from '../session/prompt-entry.ts';
import type { Segmenting } from '../session/segmenting.ts';
import { isOneSpot, type CanvasTool, type Modifiers, type PointerInput } from './canvas-tool.ts';
import type { ViewState } from './view-state.ts';
import { imageToView, viewToImage } from './viewport.ts';

/** Reach of a corner handle of the box, in CSS pixels. */
const HANDLE_REACH_PX = 9;

type Gesture =
  | { kind: 'press'; startViewPoint: Point; anchorImagePoint: Point; label: PointLabel; isHandle: boolean }
  | { kind: 'box'; anchorImagePoint: Point }
  | { kind: 'nothing' }
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
  private readonly pointerViewPoint = signal<Point | null>(null);
  /** While a corner of the box is dragged, the one opposite to it, in image space. */
  private readonly heldAnchor = signal<Point | null>(null);
  /** Along which diagonal the corner of the box that the pointer is on can be dragged; null when it is on none. */
  readonly handleDiagonal = computed<'nwse' | 'nesw' | null>(() => {
    const at = this.pointerViewPoint.value;
    const anchor = at && (this.heldAnchor.value ?? this.handleAnchor(at));
    if (!anchor) return null;
    const { x, y } = imageToView(this.view.viewport.value, anchor);
    return (at.x - x) * (at.y - y) < 0 ? 'nesw' : 'nwse';
  });

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
      this.heldAnchor.value = anchor;
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
    this.pointerViewPoint.value = viewPoint;
    if (!gesture) {
      this.crosshair.value = null;
      this.isOverImage.value = isOnPicture(this.picture, imagePoint);
      // A press on a corner of the box sets no point.
      this.hover(this.handleDiagonal.peek() ? null : imagePoint, isAltDown);
    } else if (gesture.kind === 'pan') {
      const { lastViewPoint } = gesture;
      this.view.pan({ x: viewPoint.x - lastViewPoint.x, y: viewPoint.y - lastViewPoint.y });
      gesture.lastViewPoint = viewPoint;
    } else if (gesture.kind === 'box') {
      this.draftBox.value = boxBetween(gesture.anchorImagePoint, imagePoint, this.picture.imageSizePx);
    } else if (gesture.kind === 'press' && !isOneSpot(viewPoint, gesture.startViewPoint)) {
      this.segmenting.hoverAt(null);
      // A box says what the object is; there is none that takes away.
      if (gesture.label === 0) return void (this.gesture = { kind: 'nothing' });
      this.gesture = { kind: 'box', anchorImagePoint: gesture.anchorImagePoint };
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
    this.heldAnchor.value = null;
    this.isPanning.value = false;
  }

  leave(): void {
    if (this.gesture) return;
    this.pointerViewPoint.value = null;
    this.isOverImage.value = false;
    this.hover(null, false);
  }

  /** Nothing happens where a click would say nothing new. */
  private point(imagePoint: Point, label: PointLabel): void {
    if (!this.isNews(imagePoint, label) || (label === 0 && this.segmenting.isPromptEmpty.peek())) return;
    // Letting go of Alt after a click must not preview the opposite of it.
    this.hoverImagePoint = null;
    this.segmenting.addPoint({ ...imagePoint, label });
  }

  press(imagePoint: Point, { isAltDown }: Modifiers): void {
    this.point(imagePoint, isAltDown ? 0 : 1);
  }

  hover(imagePoint: Point | null, isAltDown: boolean): void {
    this.hoverImagePoint = imagePoint;
    const label = isAltDown ? 0 : 1;
    const isNews = imagePoint !== null && this.isNews(imagePoint, label);
    this.segmenting.hoverAt(isNews ? { ...imagePoint, label } : null);
  }

  /** Alt was pressed or let go while the pointer rested. */
  altChanged(isAltDown: boolean): void {
    if (!this.gesture && this.hoverImagePoint) this.hover(this.hoverImagePoint, isAltDown);
  }

  /** Part of the picture, and not once more where the last click was: a double click is one. */
  private isNews(imagePoint: Point, label: PointLabel): boolean {
    if (!isOnPicture(this.picture, imagePoint)) return false;
    const last = this.segmenting.entry.peek().points.at(-1);
    const viewport = this.view.viewport.peek();
    return (
      last?.label !== label || !isOneSpot(imageToView(viewport, last), imageToView(viewport, imagePoint))
    );
  }

  /** For a press on a corner of the box: the opposite corner, from which the box is drawn anew. Reads signals. */
  private handleAnchor(viewPoint: Point): Point | null {
    const { box } = this.segmenting.entry.value;
    if (!box) return null;
    const corners = rectCorners(box);
    const hit = corners.findIndex((corner) => {
      const { x, y } = imageToView(this.view.viewport.value, corner);
      return Math.hypot(x - viewPoint.x, y - viewPoint.y) <= HANDLE_REACH_PX;
    });
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
