import type { Stage } from '../app-state.ts';
import { viewToImage } from './viewport.ts';

const STEP_PX = 8;
const LARGE_STEP_PX = 40;

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Pointing without a mouse, while the canvas has the focus: arrows move a crosshair (Shift: in large steps), Enter or
 * Space clicks there, with the keys that modify a click.
 * @returns whether the key was used
 */
export function handleCrosshairKey({ tool, view, picture }: Stage, event: KeyboardEvent): boolean {
  const direction = DIRECTIONS[event.key];
  const crosshair = tool.crosshair.peek();
  if (direction) {
    const { width, height } = picture.imageSizePx;
    const viewSize = view.viewSizePx.peek();
    const viewport = view.viewport.peek();
    const start = crosshair ?? viewToImage(viewport, { x: viewSize.width / 2, y: viewSize.height / 2 });
    const step = crosshair ? (event.shiftKey ? LARGE_STEP_PX : STEP_PX) / viewport.scale : 0;
    const clamp = (value: number, side: number) => Math.min(Math.max(value, 0.5), side - 0.5);
    const moved = {
      x: clamp(start.x + direction[0] * step, width),
      y: clamp(start.y + direction[1] * step, height),
    };
    tool.crosshair.value = moved;
    view.reveal(moved);
    tool.hover(moved, event.altKey);
    return true;
  }
  if (crosshair && (event.key === 'Enter' || event.key === ' ')) {
    tool.press(crosshair, { isAltDown: event.altKey, isShiftDown: event.shiftKey });
    return true;
  }
  return false;
}
