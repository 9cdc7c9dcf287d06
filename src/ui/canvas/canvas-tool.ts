import type { Signal } from '@preact/signals';
import type { Point } from '../../shared/affine.ts';

export interface Modifiers {
  isAltDown: boolean;
  isShiftDown: boolean;
}

export interface PointerInput extends Modifiers {
  /** In CSS pixels of the canvas. */
  viewPoint: Point;
  /** As in MouseEvent: 0 left, 1 middle. */
  button: number;
  isSpaceDown: boolean;
}

/** Movement, in CSS pixels, that makes a click a drag. */
const DRAG_THRESHOLD_PX = 4;

/** Whether two places of the canvas are no farther apart than one click that trembles. */
export function isOneSpot(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < DRAG_THRESHOLD_PX;
}

/** What pointer and keyboard do on the canvas. */
export interface CanvasTool {
  readonly isPanning: Signal<boolean>;
  /** Whether a click here would do something. */
  readonly isOverImage: Signal<boolean>;
  /** Where the keyboard's crosshair stands, in image space; null while the mouse is in use. */
  readonly crosshair: Signal<Point | null>;
  /** Whether a gesture is under way. */
  readonly isBusy: boolean;
  down(input: PointerInput): void;
  move(input: PointerInput): void;
  up(): void;
  /** Drops the gesture. */
  cancel(): void;
  leave(): void;
  /** The keyboard's crosshair has moved; null when it is gone. */
  hover(imagePoint: Point | null, isAltDown: boolean): void;
  /** A click, also by the keyboard. */
  press(imagePoint: Point, modifiers: Modifiers): void;
  /** Alt was pressed or let go while the pointer rested. */
  altChanged(isAltDown: boolean): void;
}
