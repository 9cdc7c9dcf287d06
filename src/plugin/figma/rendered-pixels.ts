import { scaling, type Affine } from '../../shared/affine.ts';
import type { Pixels, RenderReason } from '../../shared/host-contract.ts';
import type { LiveSource } from './find-source.ts';

export type RenderedPixels = Extract<Pixels, { from: 'rendered' }>;

export function renderedPixels(
  source: LiveSource,
  reason: RenderReason,
  pixelsPerUnit: number,
): RenderedPixels {
  return { from: 'rendered', reason, pixelsPerUnit, look: lookOf(source) };
}

/** From rendered pixels to the layer's own space. */
export function renderedToLayer({ pixelsPerUnit }: RenderedPixels): Affine {
  return scaling(1 / pixelsPerUnit, 1 / pixelsPerUnit);
}

/**
 * Names what a rendered picture depends on. Opacity and blending are no part of it: they are carried over when the result
 * is placed, and so is the layer's place.
 */
export function lookOf({ node, paint }: LiveSource): string {
  const { scaleMode, imageTransform, scalingFactor, rotation, filters } = paint;
  const size = [node.width, node.height].map((side) => Number(side.toFixed(3)));
  return JSON.stringify([...size, scaleMode, imageTransform, scalingFactor, rotation, filters]);
}
