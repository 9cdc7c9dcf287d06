import { unitedRect } from '../../shared/affine.ts';
import type { Matte } from '../matte/matte.ts';

/** The larger alpha of several mattes at each pixel: layers that become one. */
export function uniteMattes(mattes: readonly Matte[]): Matte | null {
  const [first, ...others] = mattes;
  if (!first || others.length === 0) return first ?? null;
  const united = unitedRect(mattes.map(({ imageRect }) => imageRect));
  const alpha = new Uint8Array(united.width * united.height);
  for (const { alpha: part, imageRect } of mattes) {
    for (let row = 0; row < imageRect.height; row++) {
      const start = (imageRect.y + row - united.y) * united.width + imageRect.x - united.x;
      for (let column = 0; column < imageRect.width; column++) {
        alpha[start + column] = Math.max(alpha[start + column]!, part[row * imageRect.width + column]!);
      }
    }
  }
  return { alpha, imageRect: united };
}
