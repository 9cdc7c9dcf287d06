import type { Rect } from '../../shared/affine.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import { createLogitSampler } from '../matte/logit-sampler.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import { createContourGrid, type ContourGrid } from './contour-grid.ts';

/**
 * Samples the upsampled logits where they can bend: at the centres of model pixels, between which they are bilinear.
 * That is all the detail there is, whatever the size of the image.
 * @param bounds the part of the image to sample, in fractional pixels; outlines close along its border
 */
export function createLogitGrid(
  logits: Float32Array,
  geometry: MaskGeometry,
  bounds: Rect,
  clip: ConvexClip | null,
): ContourGrid {
  const { imageSizePx, modelSizePx } = geometry;
  const spacing = {
    x: imageSizePx.width / modelSizePx.width,
    y: imageSizePx.height / modelSizePx.height,
  };
  return createContourGrid(bounds, spacing, clip, (imageXs, imageYs) =>
    createLogitSampler(logits, geometry, imageXs, imageYs),
  );
}
