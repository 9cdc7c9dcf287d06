import type { Matte } from './matte.ts';

/**
 * Cuts a matte down to the smallest rect that holds every alpha > 0.
 * @returns null when all alpha is 0
 */
export function trimAlpha({ alpha, imageRect }: Matte): Matte | null {
  const { width, height } = imageRect;
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = alpha.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((a) => a > 0);
    if (first === -1) continue;
    let last = width - 1;
    while (row[last] === 0) last--;
    left = Math.min(left, first);
    right = Math.max(right, last);
    top = Math.min(top, y);
    bottom = y;
  }
  if (bottom === -1) return null;
  const size = { width: right - left + 1, height: bottom - top + 1 };
  const trimmed = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const start = (top + y) * width + left;
    trimmed.set(alpha.subarray(start, start + size.width), y * size.width);
  }
  return { alpha: trimmed, imageRect: { x: imageRect.x + left, y: imageRect.y + top, ...size } };
}
