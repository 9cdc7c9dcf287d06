import { computed, signal } from '@preact/signals';
import type { Point, Rect, Size } from '../../shared/affine.ts';
import type { Picture } from '../session/picture.ts';
import { fitViewport, panBy, reveal, zoomAt, type Viewport } from './viewport.ts';

/** How one picture is looked at. */
export class ViewState {
  private readonly chosen = signal<Viewport | null>(null);
  private readonly fitRect: Rect;

  /** CSS pixels of the canvas. */
  readonly viewSizePx = signal<Size>({ width: 1, height: 1 });
  private readonly fitted = computed(() => fitViewport(this.fitRect, this.viewSizePx.value));
  /** Follows the size of the window until the user zooms or pans. */
  readonly viewport = computed(() => this.chosen.value ?? this.fitted.value);

  constructor(private readonly picture: Picture) {
    this.fitRect = visibleBounds(picture);
  }

  fit(): void {
    this.chosen.value = null;
  }

  /** @param viewPoint stays where it is; null for the middle */
  zoom(factor: number, viewPoint: Point | null = null): void {
    const { width, height } = this.viewSizePx.peek();
    const around = viewPoint ?? { x: width / 2, y: height / 2 };
    const minScale = Math.min(this.fitted.peek().scale / 2, 1);
    this.pan({ x: 0, y: 0 }, zoomAt(this.viewport.peek(), around, factor, minScale));
  }

  pan(deltaPx: Point, from: Viewport = this.viewport.peek()): void {
    this.chosen.value = panBy(from, deltaPx, this.picture.imageSizePx, this.viewSizePx.peek());
  }

  reveal(imagePoint: Point): void {
    const before = this.viewport.peek();
    const after = reveal(before, imagePoint, this.viewSizePx.peek());
    if (after.offset.x !== before.offset.x || after.offset.y !== before.offset.y) this.chosen.value = after;
  }
}

/** The part of the image that the layer shows; the whole image when that is next to nothing. */
function visibleBounds({ visibleImagePolygon, imageSizePx }: Picture): Rect {
  const whole = { x: 0, y: 0, ...imageSizePx };
  if (!visibleImagePolygon) return whole;
  const xs = visibleImagePolygon.map(({ x }) => Math.min(Math.max(x, 0), imageSizePx.width));
  const ys = visibleImagePolygon.map(({ y }) => Math.min(Math.max(y, 0), imageSizePx.height));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y];
  return width < 1 || height < 1 ? whole : { x, y, width, height };
}
