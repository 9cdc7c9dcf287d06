import type { Rect } from '../../shared/affine.ts';
import { distanceInside, type ConvexClip } from '../matte/convex-clip.ts';

/**
 * A scalar field on a grid of nodes in image space, less the level at which its outline lies: > 0 is inside. The outermost
 * ring of nodes is always outside, and lies on the border.
 */
export interface ContourGrid {
  imageXs: Float64Array;
  imageYs: Float64Array;
  /** [imageYs.length x imageXs.length], row-major. */
  values: Float32Array;
  /** Per node: 1 where the value is > 0 and the node lies within the clip. */
  inside: Uint8Array;
}

/**
 * @param bounds the part of the image to sample, in fractional pixels; outlines close along its border
 * @param nodeSpacing image pixels between nodes, which lie at (i + 0.5) times this
 * @param sampleRow writes the field of row `y` (an index into `imageYs`), one value per column
 */
export function createContourGrid(
  bounds: Rect,
  nodeSpacing: { x: number; y: number },
  clip: ConvexClip | null,
  sampler: (imageXs: Float64Array, imageYs: Float64Array) => (y: number, out: Float32Array) => void,
): ContourGrid {
  const imageXs = axisNodes(bounds.x, bounds.x + bounds.width, nodeSpacing.x);
  const imageYs = axisNodes(bounds.y, bounds.y + bounds.height, nodeSpacing.y);
  const width = imageXs.length;
  const height = imageYs.length;
  const sampleRow = sampler(imageXs, imageYs);
  const values = new Float32Array(width * height);
  const inside = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    sampleRow(y, row);
    for (let x = 1; x < width - 1; x++) {
      if (!(row[x]! > 0)) continue;
      if (clip && !(distanceInside(clip, imageXs[x]!, imageYs[y]!) > 0)) continue;
      inside[y * width + x] = 1;
    }
  }
  // On the ring the values stand for "outside"; its nodes lie on the border, so that crossings to it do, too.
  values.fill(-1, 0, width);
  values.fill(-1, (height - 1) * width);
  for (let y = 0; y < height; y++) values[y * width] = values[(y + 1) * width - 1] = -1;
  return { imageXs, imageYs, values, inside };
}

/** Both ends twice: once for the border, once for the ring. */
function axisNodes(from: number, to: number, spacing: number): Float64Array {
  const nodes = [from, from];
  for (let i = Math.floor(from / spacing - 0.5); ; i++) {
    const node = (i + 0.5) * spacing;
    if (node >= to) break;
    if (node > from) nodes.push(node);
  }
  nodes.push(to, to);
  return Float64Array.from(nodes);
}
