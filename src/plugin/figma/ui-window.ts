import type { Size } from '../../shared/affine.ts';

const DEFAULT_SIZE: Size = { width: 420, height: 560 };
/** Below this the controls no longer fit; above it the window would leave small screens. */
const MIN_SIZE: Size = { width: 300, height: 320 };
const MAX_SIZE: Size = { width: 1600, height: 1200 };

/** A hidden UI runs as well: `figma.ui.show()` shows it later. */
export function openUi({ isVisible = true } = {}): void {
  figma.showUI(__html__, { ...DEFAULT_SIZE, title: 'TinyCut', themeColors: true, visible: isVisible });
}

export function resizeUi({ width, height }: Size): void {
  const clamp = (value: number, low: number, high: number) =>
    Math.round(Math.min(Math.max(value, low), high));
  figma.ui.resize(
    clamp(width, MIN_SIZE.width, MAX_SIZE.width),
    clamp(height, MIN_SIZE.height, MAX_SIZE.height),
  );
}
