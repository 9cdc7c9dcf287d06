import { applyAffine, invert, multiply, rectCorners, type Affine, type Point } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { clipPolygon } from './convex-polygon.ts';
import type { FilledLayer } from './image-fills.ts';
import { layerOutline } from './layer-outline.ts';
import { findResultPlace, splitScale } from './result-place.ts';

/** How far a curve's polygon may be off, in image pixels. */
const TOLERANCE_PX = 0.25;

/**
 * What of an image can be seen: the layer's outline, and, where the result cannot go into the layer's own parent, what the
 * frames that it leaves show of that. A layer whose outline is not convex counts with its box: its pixels are rendered
 * and have the outline in their alpha.
 * @returns a convex polygon in image space; of a plain box its four corners in order
 * @throws TinyCutError `image-missing` when nothing can be seen
 */
export function visibleImagePolygon(layer: FilledLayer, imageToLayer: Affine): Point[] {
  const layerToImage = invert(imageToLayer);
  const toImage = (map: Affine, polygon: readonly Point[]) => polygon.map((point) => applyAffine(map, point));
  const outline = outlineIn(layer, layerToImage);
  const visible = clippingFrames(layer).reduce<Point[]>(
    (polygon, frame) => {
      const frameToImage = multiply(layerToImage, invert(layer.absoluteTransform), frame.absoluteTransform);
      return clipPolygon(polygon, toImage(frameToImage, outlineIn(frame, frameToImage)));
    },
    toImage(layerToImage, outline),
  );
  if (visible.length >= 3) return visible;
  throw new TinyCutError(
    'image-missing',
    `The frames around "${layer.name}" leave nothing of its image to see. Move it into sight and try again.`,
  );
}

function outlineIn(layer: FilledLayer, layerToImage: Affine): Point[] {
  const { scaleX, scaleY } = splitScale(layerToImage);
  const box = rectCorners({ x: 0, y: 0, width: layer.width, height: layer.height });
  return layerOutline(layer, TOLERANCE_PX / Math.max(scaleX, scaleY)) ?? box;
}

/** Frames that cut the source off, but not a result beside them. */
function clippingFrames(layer: FilledLayer): FilledLayer[] {
  const { sibling } = findResultPlace(layer);
  const frames: FilledLayer[] = [];
  for (let node: BaseNode = layer; node.id !== sibling.id && node.parent;) {
    node = node.parent;
    if ('clipsContent' in node && node.clipsContent) frames.push(node as FilledLayer);
  }
  return frames;
}
