import { rectCorners, type Point } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import { createConvexClip, intersectClips, intersectRects } from '../matte/convex-clip.ts';
import { maskBounds } from '../matte/mask-bounds.ts';
import { cellSideInImagePx, type MaskGeometry } from '../matte/mask-geometry.ts';
import { signedArea } from './closed-polyline.ts';
import { fitOutline } from './fit-outline.ts';
import { isoContours } from './iso-contours.ts';
import { createLogitGrid } from './logit-grid.ts';
import { pathData } from './path-data.ts';
import { restoreClipCorners } from './restore-clip-corners.ts';

/**
 * Closed outlines of a mask, sub-pixel exact at level 0 of the upsampled logits, without those around less than
 * `tolerancePx` squared unless there is nothing else. Holes run against the outline around them, so that both winding
 * rules fill the same.
 * @param logits [256 x 256], row-major, of the padded model square
 * @param clipImagePolygon convex, in image space; the outlines follow its border where the mask goes on beyond
 * @param tolerancePx largest distance between outline and mask edge, in image pixels. A sharp corner between straight
 *   sides may lie further out: it is put back to where the sides meet, since the 256 grid has rounded it off
 * @returns one compound path, or none when the mask is empty
 */
export function traceMask(
  logits: Float32Array,
  geometry: MaskGeometry,
  clipImagePolygon: readonly Point[] | null,
  tolerancePx: number,
): ImagePath[] {
  const imageClip = createConvexClip(rectCorners({ x: 0, y: 0, ...geometry.imageSizePx }));
  const polygonClip = clipImagePolygon && createConvexClip(clipImagePolygon);
  const clip = imageClip && polygonClip ? intersectClips(imageClip, polygonClip) : imageClip;
  if (!clip || (clipImagePolygon && !polygonClip)) return [];

  const maskRect = maskBounds(logits, geometry);
  const bounds = maskRect && intersectRects(maskRect, clip.bounds);
  if (!bounds) return [];

  const cellPx = cellSideInImagePx(geometry);
  // The grid ends at the border of the image by itself: only the polygon needs looking after.
  const contours = isoContours(createLogitGrid(logits, geometry, bounds, polygonClip), polygonClip);
  const cellDiagonalPx = (Math.SQRT2 * cellPx) / CELL_MODEL_PX;
  const areas = contours.map((points) => Math.abs(signedArea(points)));
  const minArea = Math.min(tolerancePx ** 2, Math.max(...areas));
  const outlines = contours
    .filter((_, i) => areas[i]! >= minArea)
    .map((points) =>
      fitOutline(restoreClipCorners(points, clip, cellDiagonalPx), { clip, cellPx, tolerancePx }),
    );
  return outlines.length === 0 ? [] : [{ windingRule: 'NONZERO', data: pathData(outlines) }];
}
