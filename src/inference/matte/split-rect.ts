import type { Rect } from '../../shared/affine.ts';

/**
 * @param maxSidePx >= 1; Infinity for one tile
 * @returns tiles in rows that cover the rect without overlap, of nearly equal size
 */
export function splitRect({ x, y, width, height }: Rect, maxSidePx: number): Rect[] {
  const cuts = (start: number, length: number) => {
    const count = Math.max(Math.ceil(length / maxSidePx), 1);
    const cut = (i: number) => Math.floor((i * length) / count);
    return Array.from({ length: count }, (_, i) => ({ start: start + cut(i), length: cut(i + 1) - cut(i) }));
  };
  return cuts(y, height).flatMap((row) =>
    cuts(x, width).map((column) => ({
      x: column.start,
      y: row.start,
      width: column.length,
      height: row.length,
    })),
  );
}
