import { batch, signal, type Signal } from '@preact/signals';
import type { Point } from '../../shared/affine.ts';
import type { Stroke } from '../../shared/retouch.ts';
import { isOnPicture, type Picture } from '../session/picture.ts';
import type { Segmenting } from '../session/segmenting.ts';
import type { Brush } from './brush.ts';
import type { CanvasTool, Modifiers, PointerInput } from './canvas-tool.ts';
import type { ViewState } from './view-state.ts';
import { viewToImage } from './viewport.ts';

/** A point of a stroke is kept this far from the one before, in CSS pixels: closer ones say nothing. */
const MIN_STEP_PX = 1.5;

/** Paints on the mask itself, without the model: adds to it or erases from it, with Alt the other of the two. */
export class BrushTool implements CanvasTool {
  readonly isPanning = signal(false);
  readonly isOverImage = signal(false);
  readonly crosshair = signal<Point | null>(null);
  /** The stroke being painted. */
  readonly draft = signal<Stroke | null>(null);
  /** Where the middle of the brush is, in image space; null when it is elsewhere. */
  readonly centre = signal<Point | null>(null);
  private lastViewPoint: Point | null = null;

  constructor(
    private readonly segmenting: Segmenting,
    private readonly view: ViewState,
    private readonly picture: Picture,
    private readonly brush: Signal<Brush>,
  ) {}

  get isBusy(): boolean {
    return this.isPanning.peek() || this.draft.peek() !== null;
  }

  /** In image pixels. Reads signals. */
  get radiusPx(): number {
    return this.brush.value.radiusFraction * this.longSidePx;
  }

  down({ viewPoint, button, isSpaceDown, isAltDown }: PointerInput): void {
    this.crosshair.value = null;
    this.lastViewPoint = viewPoint;
    if (button === 1 || (button === 0 && isSpaceDown)) this.isPanning.value = true;
    else if (button === 0) this.draft.value = this.strokeAt(this.toImage(viewPoint), isAltDown);
  }

  move({ viewPoint }: PointerInput): void {
    const last = this.lastViewPoint ?? viewPoint;
    const draft = this.draft.peek();
    if (this.isPanning.peek()) {
      this.view.pan({ x: viewPoint.x - last.x, y: viewPoint.y - last.y });
      this.lastViewPoint = viewPoint;
      return;
    }
    const imagePoint = this.toImage(viewPoint);
    this.crosshair.value = null;
    this.isOverImage.value = draft !== null || isOnPicture(this.picture, imagePoint);
    this.centre.value = this.isOverImage.peek() ? imagePoint : null;
    if (!draft || Math.hypot(viewPoint.x - last.x, viewPoint.y - last.y) < MIN_STEP_PX) return;
    this.lastViewPoint = viewPoint;
    this.draft.value = { ...draft, imagePoints: [...draft.imagePoints, imagePoint] };
  }

  up(): void {
    const draft = this.draft.peek();
    batch(() => {
      this.cancel();
      if (draft) this.segmenting.addStroke(draft);
    });
  }

  cancel(): void {
    this.draft.value = null;
    this.isPanning.value = false;
    this.lastViewPoint = null;
  }

  leave(): void {
    if (this.isBusy) return;
    this.isOverImage.value = false;
    this.centre.value = null;
  }

  hover(imagePoint: Point | null): void {
    this.centre.value = imagePoint;
  }

  /** A dab. */
  press(imagePoint: Point, { isAltDown }: Modifiers): void {
    this.segmenting.addStroke(this.strokeAt(imagePoint, isAltDown));
  }

  altChanged(): void {
    // A stroke goes on as it was begun.
  }

  private get longSidePx(): number {
    const { width, height } = this.picture.imageSizePx;
    return Math.max(width, height);
  }

  private strokeAt(imagePoint: Point, isOpposite: boolean): Stroke {
    const { kind } = this.brush.peek();
    const opposite = kind === 'add' ? 'erase' : 'add';
    return { mode: isOpposite ? opposite : kind, radiusPx: this.radiusPx, imagePoints: [imagePoint] };
  }

  private toImage(viewPoint: Point): Point {
    return viewToImage(this.view.viewport.peek(), viewPoint);
  }
}
