import type { Matte } from '../matte/matte.ts';

/** The larger alpha of several mattes at each pixel: layers that become one. */
export function uniteMattes(mattes: readonly Matte[]): Matte | null {
  const [first, ...others] = mattes;
  if (!first || others.length === 0) return first ?? null;
  const left = Math.min(...mattes.map(({ imageRect }) => imageRect.x));
  const top = Math.min(...mattes.map(({ imageRect }) => imageRect.y));
  const right = Math.max(...mattes.map(({ imageRect }) => imageRect.x + imageRect.width));
  const bottom = Math.max(...mattes.map(({ imageRect }) => imageRect.y + imageRect.height));
  const united = { x: left, y: top, width: right - left, height: bottom - top };
  const alpha = new Uint8Array(united.width * united.height);
  for (const { alpha: part, imageRect } of mattes) {
    for (let row = 0; row < imageRect.height; row++) {
      const start = (imageRect.y + row - top) * united.width + imageRect.x - left;
      for (let column = 0; column < imageRect.width; column++) {
        alpha[start + column] = Math.max(alpha[start + column]!, part[row * imageRect.width + column]!);
      }
    }
  }
  return { alpha, imageRect: united };
}
