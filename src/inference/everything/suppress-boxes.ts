import type { Rect } from '../../shared/affine.ts';

/**
 * Greedy non-maximum suppression by boxes (torchvision.ops.nms): from the best score down, each item removes those
 * after it whose box overlaps its own by more than `maxBoxIou`. Among equal scores the earlier item goes first.
 * @returns the items that are left, best first
 */
export function suppressBoxes<T extends { cellBox: Rect }>(
  items: readonly T[],
  scoreOf: (item: T) => number,
  maxBoxIou: number,
): T[] {
  const kept: T[] = [];
  for (const item of [...items].sort((a, b) => scoreOf(b) - scoreOf(a))) {
    if (kept.every(({ cellBox }) => boxIou(cellBox, item.cellBox) <= maxBoxIou)) kept.push(item);
  }
  return kept;
}

/** Intersection over union of two boxes, 0..1. */
export function boxIou(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}
