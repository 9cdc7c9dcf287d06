import type { Size } from '../../shared/affine.ts';
import type { ImageHeader } from '../../shared/image-header.ts';

/** Share by which proportions may differ that are the same but for whole pixels. */
const SLACK = 0.02;

/**
 * Whether a stored file, decoded with its EXIF orientation applied, lies as the host shows it. How Figma treats that
 * orientation is not documented, so only the size that it names tells: a photo on its side that it takes for upright has
 * been turned. Of a mirrored or square one the size tells nothing.
 * @param hostSizePx the stored image's size as the host knows it
 */
export function showsTheSame({ orientation }: ImageHeader, hostSizePx: Size, decodedSizePx: Size): boolean {
  const host = hostSizePx.width / hostSizePx.height;
  const decoded = decodedSizePx.width / decodedSizePx.height;
  const isNear = (a: number, b: number) => Math.abs(a / b - 1) < SLACK;
  const isTold = orientation === 1 || (orientation >= 5 && !isNear(decoded, 1 / decoded));
  return isTold && isNear(host, decoded);
}
