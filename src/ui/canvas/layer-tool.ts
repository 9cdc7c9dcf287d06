import { signal, type ReadonlySignal } from '@preact/signals';
import type { Point, Size } from '../../shared/affine.ts';
import { isOnPicture, type Picture } from '../session/picture.ts';
import type { Splitting } from '../session/splitting.ts';
import { isOneSpot, type CanvasTool, type Modifiers, type PointerInput } from './canvas-tool.ts';
import type { ViewState } from './view-state.ts';
import { viewToImage } from './viewport.ts';

/** Points at layers: a click chooses or leaves out, with Shift it merges; dragging with Space pans. */
export class LayerTool implements CanvasTool {
  readonly isPanning = signal(false);
  readonly isOverImage = signal(false);
  readonly crosshair = signal<Point | null>(null);
  /** Null again once it was a drag, which does nothing. */
  private pressed: { viewPoint: Point; imagePoint: Point; modifiers: Modifiers } | null = null;
  private lastViewPoint: Point | null = null;

  constructor(
    private readonly splitting: Splitting,
    private readonly view: ViewState,
    private readonly picture: Picture,
    private readonly modelSizePx: ReadonlySignal<Size>,
  ) {}

  get isBusy(): boolean {
    return this.isPanning.peek();
  }

  down({ viewPoint, button, isSpaceDown, isAltDown, isShiftDown }: PointerInput): void {
    this.crosshair.value = null;
    if (button === 1 || (button === 0 && isSpaceDown)) {
      this.isPanning.value = true;
      this.lastViewPoint = viewPoint;
    } else if (button === 0) {
      const imagePoint = viewToImage(this.view.viewport.peek(), viewPoint);
      this.pressed = { viewPoint, imagePoint, modifiers: { isAltDown, isShiftDown } };
    }
  }

  move({ viewPoint }: PointerInput): void {
    const last = this.lastViewPoint;
    if (last) {
      this.view.pan({ x: viewPoint.x - last.x, y: viewPoint.y - last.y });
      this.lastViewPoint = viewPoint;
      return;
    }
    if (this.pressed && !isOneSpot(viewPoint, this.pressed.viewPoint)) this.pressed = null;
    this.crosshair.value = null;
    this.hover(viewToImage(this.view.viewport.peek(), viewPoint));
    this.isOverImage.value = this.splitting.hoveredId.peek() !== null;
  }

  up(): void {
    const { pressed } = this;
    this.cancel();
    if (pressed) this.press(pressed.imagePoint, pressed.modifiers);
  }

  cancel(): void {
    this.pressed = null;
    this.lastViewPoint = null;
    this.isPanning.value = false;
  }

  leave(): void {
    if (this.isBusy) return;
    this.isOverImage.value = false;
    this.hover(null);
  }

  hover(imagePoint: Point | null): void {
    this.splitting.hoveredId.value = (imagePoint && this.layerAt(imagePoint)?.ids[0]) ?? null;
  }

  press(imagePoint: Point, { isShiftDown }: Modifiers): void {
    const layer = this.splitting.isReady.peek() && this.layerAt(imagePoint);
    if (!layer) return;
    if (isShiftDown) this.splitting.mergeNext(layer);
    else this.splitting.toggle(layer);
  }

  altChanged(): void {}

  private layerAt(imagePoint: Point) {
    if (!isOnPicture(this.picture, imagePoint)) return null;
    return this.splitting.layerAt(imagePoint, this.picture.imageSizePx, this.modelSizePx.peek());
  }
}
