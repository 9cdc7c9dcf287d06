import type { Rect } from '../../shared/affine.ts';
import { distanceInside, type ConvexClip } from '../matte/convex-clip.ts';

/**
 * A scalar field on a grid of nodes in image space, less the level at which its outline lies: > 0 is inside. The outermost
 * ring of nodes is always outside, and lies on the border.
 */
export interface ContourGrid {
  imageXs: Float64Array;
  imageYs: Float64Array;
  /**
   * Writes the values of a row, one per column: row 0 and the last are of the ring. A node that is outside only because the
   * clip cuts it off has -Infinity.
   */
  readRow(y: number, values: Float32Array): void;
}

/**
 * @param bounds the part of the image to sample, in fractional pixels; outlines close along its border
 * @param nodeSpacing image pixels between nodes, which lie at (i + 0.5) times this
 * @param sampler gives what writes the field of row `y` (an index into `imageYs`), one value per column
 */
export function createContourGrid(
  bounds: Rect,
  nodeSpacing: { x: number; y: number },
  clip: ConvexClip | null,
  sampler: (imageXs: Float64Array, imageYs: Float64Array) => (y: number, out: Float32Array) => void,
): ContourGrid {
  const imageXs = axisNodes(bounds.x, bounds.x + bounds.width, nodeSpacing.x);
  const imageYs = axisNodes(bounds.y, bounds.y + bounds.height, nodeSpacing.y);
  const last = imageXs.length - 1;
  const sampleRow = sampler(imageXs, imageYs);
  return {
    imageXs,
    imageYs,
    readRow(y, values) {
      if (y === 0 || y === imageYs.length - 1) {
        values.fill(OUTSIDE);
        return;
      }
      sampleRow(y, values);
      values[0] = values[last] = OUTSIDE;
      if (!clip) return;
      for (let x = 1; x < last; x++) {
        if (values[x]! > 0 && !(distanceInside(clip, imageXs[x]!, imageYs[y]!) > 0)) values[x] = -Infinity;
      }
    },
  };
}

/** Of the ring's nodes, which lie on the border themselves: crossings next to them do, too, with any value. */
const OUTSIDE = -1;

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
