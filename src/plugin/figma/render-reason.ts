import type { Affine, Size } from '../../shared/affine.ts';
import type { RenderReason } from '../../shared/host-contract.ts';
import type { LiveSource } from './find-source.ts';
import { isConvexLayer } from './layer-outline.ts';
import { splitScale } from './result-place.ts';

/** Figma's limit for images that come in; exports keep below it too. */
const MAX_SIDE_PX = 4096;
/** Stored pixels that are larger than two units of the layer: an edge along them is off by more than one. */
const COARSE_PX_PER_UNIT = 0.5;
/** What a sharp screen shows: edges of shapes, and of images that were scaled up, come out no finer there. */
const MIN_PX_PER_UNIT = 2;
/** For an image of unknown size: no less than what the model looks at. */
const DEFAULT_LONG_SIDE_PX = 1024;

/** Pixels of the stored image to a unit of the layer, along the axis that has more, and along the other. */
export function storedPixelsPerUnit(imageToLayer: Affine): { finer: number; coarser: number } {
  const { scaleX, scaleY } = splitScale(imageToLayer);
  return { finer: 1 / Math.min(scaleX, scaleY), coarser: 1 / Math.max(scaleX, scaleY) };
}

/**
 * The resolution to render a layer at: that of the stored image, and at least two pixels to a unit, as far as the
 * longest side allows.
 * @param storedPxPerUnit null when the stored image is not known
 */
export function renderedPixelsPerUnit({ width, height }: Size, storedPxPerUnit: number | null): number {
  const longSide = Math.max(width, height);
  const wanted = storedPxPerUnit ?? DEFAULT_LONG_SIDE_PX / longSide;
  return Math.min(Math.max(wanted, MIN_PX_PER_UNIT), MAX_SIDE_PX / longSide);
}

/**
 * Why the stored pixels would not show what the canvas does.
 * @returns null when they do
 */
export function renderReasonOf({ node, paint }: LiveSource, imageToLayer: Affine): RenderReason | null {
  if (hasFilters(paint)) return 'filters';
  if (!isConvexLayer(node)) return 'shape';
  const { finer, coarser } = storedPixelsPerUnit(imageToLayer);
  const isFinerRendered = renderedPixelsPerUnit(node, finer) > coarser;
  return coarser < COARSE_PX_PER_UNIT && isFinerRendered ? 'coarse' : null;
}

function hasFilters({ filters }: ImagePaint): boolean {
  const values = (filters ?? {}) as { readonly [name: string]: number };
  return Object.keys(values).some((name) => values[name] !== 0);
}
