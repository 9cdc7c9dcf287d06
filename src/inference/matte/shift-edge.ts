import type { Size } from '../../shared/affine.ts';

/**
 * Grows or shrinks what is opaque: the largest, or smallest, alpha within a disc. Only pixels whose neighbours differ reach
 * others, so that time grows with the length of the edge.
 * @param alpha 0..255 [height x width], overwritten
 * @param shiftPx whole; > 0 grows
 */
export function shiftEdge(alpha: Uint8Array, { width, height }: Size, shiftPx: number): void {
  const radius = Math.abs(shiftPx);
  const before = alpha.slice();
  const pick = shiftPx > 0 ? Math.max : Math.min;
  const halfWidths = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.floor(Math.sqrt(radius ** 2 - (i - radius) ** 2)),
  );
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const value = before[i]!;
      const isFlat =
        (x === 0 || before[i - 1] === value) &&
        (x + 1 === width || before[i + 1] === value) &&
        (y === 0 || before[i - width] === value) &&
        (y + 1 === height || before[i + width] === value);
      if (isFlat) continue;
      const bottom = Math.min(y + radius, height - 1);
      for (let toY = Math.max(y - radius, 0); toY <= bottom; toY++) {
        const halfWidth = halfWidths[toY - y + radius]!;
        const end = toY * width + Math.min(x + halfWidth, width - 1);
        for (let to = toY * width + Math.max(x - halfWidth, 0); to <= end; to++) {
          alpha[to] = pick(alpha[to]!, value);
        }
      }
    }
  }
}
