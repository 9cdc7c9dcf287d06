import { rectCorners, type Point } from '../../shared/affine.ts';
import { CELL_MODEL_PX, type OutlineSettings } from '../../shared/engine-contract.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import { createConvexClip, intersectClips, intersectRects } from '../matte/convex-clip.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import { maskBounds } from '../matte/mask-bounds.ts';
import { cellSideInImagePx, type MaskGeometry } from '../matte/mask-geometry.ts';
import type { Matte } from '../matte/matte.ts';
import type { Size } from '../../shared/affine.ts';
import { alphaBounds, createAlphaGrid } from './alpha-grid.ts';
import { signedArea } from './closed-polyline.ts';
import type { ContourGrid } from './contour-grid.ts';
import { fitOutline } from './fit-outline.ts';
import { isoContours } from './iso-contours.ts';
import { createLogitGrid } from './logit-grid.ts';
import { logitUnitPx, outlineLimits, type OutlineLimits } from './outline-detail.ts';
import { nodeCountOf, pathData } from './path-data.ts';
import { restoreClipCorners } from './restore-clip-corners.ts';

export interface TracedMask {
  /** One compound path, or none when the mask is empty. */
  paths: ImagePath[];
  nodeCount: number;
  /** Largest distance of the contour from the path, in image pixels, but at corners that were put back. */
  maxDeviationPx: number;
}

/**
 * Closed outlines of a mask, fitted to where the upsampled logits cross 0, sub-pixel exact. Tiny islands and holes are left
 * out unless there is nothing else. Holes run against the outline around them, so that both winding rules fill the same.
 * @param logits [256 x 256], row-major, of the padded model square
 * @param clipImagePolygon convex, in image space; the outlines follow its border where the mask goes on beyond
 * @param settings a detail (outline-detail.ts), or the limits themselves. A sharp corner between straight sides may lie
 *   further out than the tolerance: it is put back to where the sides meet, since the 256 grid has rounded it off
 */
export function traceMask(
  logits: Float32Array,
  geometry: MaskGeometry,
  clipImagePolygon: readonly Point[] | null,
  settings: OutlineSettings | OutlineLimits,
): TracedMask {
  const clips = clipsOf(geometry.imageSizePx, clipImagePolygon);
  const maskRect = clips && maskBounds(logits, geometry);
  const bounds = maskRect && intersectRects(maskRect, clips.all.bounds);
  if (!bounds) return NOTHING;
  const cellPx = cellSideInImagePx(geometry);
  const limits = 'detail' in settings ? outlineLimits(settings, logitUnitPx(geometry)) : settings;
  const grid = createLogitGrid(logits, geometry, bounds, clips.polygon);
  return traceGrid(grid, clips, { ...limits, cellPx, nodeSpacingPx: cellPx / CELL_MODEL_PX });
}

/**
 * As `traceMask`, where alpha is half of 255.
 * @param cellPx side of the smallest thing that the matte can tell, in pixels
 */
export function traceMatte(
  matte: Matte,
  imageSizePx: Size,
  clipImagePolygon: readonly Point[] | null,
  limits: OutlineLimits,
  cellPx: number,
): TracedMask {
  const clips = clipsOf(imageSizePx, clipImagePolygon);
  const bounds = clips && intersectRects(alphaBounds(matte, imageSizePx), clips.all.bounds);
  if (!bounds) return NOTHING;
  const grid = createAlphaGrid(matte, imageSizePx, bounds, clips.polygon);
  return traceGrid(grid, clips, { ...limits, cellPx, nodeSpacingPx: 1 });
}

const NOTHING: TracedMask = { paths: [], nodeCount: 0, maxDeviationPx: 0 };

interface Clips {
  /** Of the image and the polygon. */
  all: ConvexClip;
  /** Grids end at the border of the image by themselves: only the polygon needs looking after. */
  polygon: ConvexClip | null;
}

function clipsOf(imageSizePx: Size, clipImagePolygon: readonly Point[] | null): Clips | null {
  const image = createConvexClip(rectCorners({ x: 0, y: 0, ...imageSizePx }));
  const polygon = clipImagePolygon && createConvexClip(clipImagePolygon);
  const all = image && polygon ? intersectClips(image, polygon) : image;
  return !all || (clipImagePolygon && !polygon) ? null : { all, polygon };
}

interface GridOptions extends OutlineLimits {
  /** Side of the smallest thing that the field can tell. */
  cellPx: number;
  nodeSpacingPx: number;
}

function traceGrid(
  grid: ContourGrid,
  { all: clip, polygon }: Clips,
  { tolerancePx, minAreaPx, cellPx, nodeSpacingPx }: GridOptions,
): TracedMask {
  const contours = isoContours(grid, polygon);
  if (contours.length === 0) return NOTHING;
  const areas = contours.map((points) => Math.abs(signedArea(points)));
  // Contours within what is left out would be islands in nothing: they are smaller still, and go with it.
  const minArea = areas.reduce((largest, area) => Math.max(largest, area), 0);
  const fitted = contours
    .filter((_, i) => areas[i]! >= Math.min(minAreaPx, minArea))
    .map((points) =>
      fitOutline(restoreClipCorners(points, clip, Math.SQRT2 * nodeSpacingPx), { cellPx, tolerancePx, clip }),
    );
  const outlines = fitted.map(({ outline }) => outline);
  return {
    paths: [{ windingRule: 'NONZERO', data: pathData(outlines) }],
    nodeCount: nodeCountOf(outlines),
    maxDeviationPx: fitted.reduce((max, { maxDeviationPx }) => Math.max(max, maxDeviationPx), 0),
  };
}
