import * as v from 'valibot';
import type { Size } from '../../shared/affine.ts';
import { pixelSizeSchema } from '../../shared/host-contract.ts';

const DEFAULT_SIZE: Size = { width: 420, height: 560 };
/** Below this the controls no longer fit; above it the window would leave small screens. */
const MIN_SIZE: Size = { width: 300, height: 400 };
const MAX_SIZE: Size = { width: 1600, height: 1200 };

const SIZE_KEY = 'windowSize';
/** Dragging its corner resizes the window many times a second. */
const SAVE_AFTER_MS = 300;
let saveTimer: ReturnType<typeof setTimeout> | undefined;

/** A hidden UI runs as well: `figma.ui.show()` shows it later. */
export function openUi({ isVisible = true } = {}): void {
  figma.showUI(__html__, { ...DEFAULT_SIZE, title: 'TinyCut', themeColors: true, visible: isVisible });
  // The window doesn't wait for it: most users have never changed its size.
  figma.clientStorage.getAsync(SIZE_KEY).then(
    (stored: unknown) => {
      const size = v.safeParse(pixelSizeSchema, stored);
      if (size.success) figma.ui.resize(...clamped(size.output));
    },
    () => undefined,
  );
}

/** The next window opens in that size. */
export function resizeUi(size: Size): void {
  const [width, height] = clamped(size);
  figma.ui.resize(width, height);
  if (saveTimer !== undefined) clearTimeout(saveTimer);
  saveTimer = setTimeout(
    () => void figma.clientStorage.setAsync(SIZE_KEY, { width, height }).catch(() => undefined),
    SAVE_AFTER_MS,
  );
}

function clamped({ width, height }: Size): [number, number] {
  const clamp = (value: number, low: number, high: number) =>
    Math.round(Math.min(Math.max(value, low), high));
  return [clamp(width, MIN_SIZE.width, MAX_SIZE.width), clamp(height, MIN_SIZE.height, MAX_SIZE.height)];
}
