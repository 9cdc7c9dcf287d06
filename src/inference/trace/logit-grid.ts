import type { Rect } from '../../shared/affine.ts';
import { distanceInside, type ConvexClip } from '../matte/convex-clip.ts';
import { createLogitSampler } from '../matte/logit-sampler.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';

/** Logits on a grid of nodes in image space. The outermost ring of nodes is always outside. */
export interface LogitGrid {
  imageXs: Float64Array;
  imageYs: Float64Array;
  /** [imageYs.length x imageXs.length], row-major. */
  logits: Float32Array;
  /** Per node: 1 where the logit is > 0 and the node lies within the clip. */
  inside: Uint8Array;
}

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
): LogitGrid {
  const { imageSizePx, modelSizePx } = geometry;
  const imageXs = axisNodes(bounds.x, bounds.x + bounds.width, imageSizePx.width / modelSizePx.width);
  const imageYs = axisNodes(bounds.y, bounds.y + bounds.height, imageSizePx.height / modelSizePx.height);
  const width = imageXs.length;
  const height = imageYs.length;
  const sampleRow = createLogitSampler(logits, geometry, imageXs, imageYs);
  const samples = new Float32Array(width * height);
  const inside = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    sampleRow(y, samples.subarray(y * width, (y + 1) * width));
    for (let x = 1; x < width - 1; x++) {
      if (!(samples[y * width + x]! > 0)) continue;
      if (clip && !(distanceInside(clip, imageXs[x]!, imageYs[y]!) > 0)) continue;
      inside[y * width + x] = 1;
    }
  }
  // On the ring the logits stand for "outside"; its nodes lie on the border, so that crossings to it do, too.
  samples.fill(-1, 0, width);
  samples.fill(-1, (height - 1) * width);
  for (let y = 0; y < height; y++) samples[y * width] = samples[(y + 1) * width - 1] = -1;
  return { imageXs, imageYs, logits: samples, inside };
}

/** Both ends twice: once for the border, once for the ring. */
function axisNodes(from: number, to: number, imagePxPerModelPx: number): Float64Array {
  const nodes = [from, from];
  for (let i = Math.floor(from / imagePxPerModelPx - 0.5); ; i++) {
    const node = (i + 0.5) * imagePxPerModelPx;
    if (node >= to) break;
    if (node > from) nodes.push(node);
  }
  nodes.push(to, to);
  return Float64Array.from(nodes);
}
