import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { squaredDistances } from '../mask/distance-transform.ts';
import { sizeInCells, type MaskGeometry } from './mask-geometry.ts';

/** How far from where the logits cross 0 the edge may lie, in cells. */
export const BAND = {
  /** However sure the network is. */
  minReachCells: 3,
  /** Of hair and what is blurred, as long as the network is unsure. */
  maxReachCells: 12,
  unsureLogit: 2.5,
};

/**
 * Where the true edge may be: near the edge of the mask, and farther out where the logits' slope is shallow.
 * @param logits [256 x 256]
 * @returns [256 x 256], 1 in the band, 0 elsewhere
 */
export function edgeBand(logits: Float32Array, { modelSizePx }: MaskGeometry): Float32Array {
  const { width, height } = sizeInCells(modelSizePx);
  const grow = 2 * BAND.maxReachCells;
  // Beyond the border of the image the mask goes on, so that the border is no edge.
  const sizePx = { width: width + 2 * grow, height: height + 2 * grow };
  const inside = new Uint8Array(sizePx.width * sizePx.height);
  for (let y = 0; y < sizePx.height; y++) {
    const row = Math.min(Math.max(y - grow, 0), height - 1) * LOGITS_SIDE;
    for (let x = 0; x < sizePx.width; x++) {
      inside[y * sizePx.width + x] = logits[row + Math.min(Math.max(x - grow, 0), width - 1)]! > 0 ? 1 : 0;
    }
  }
  const depths = squaredDistances(inside, sizePx);
  const heights = squaredDistances(
    inside.map((value) => 1 - value),
    sizePx,
  );
  const band = new Float32Array(LOGITS_SIDE * LOGITS_SIDE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * LOGITS_SIDE + x;
      const padded = (y + grow) * sizePx.width + x + grow;
      const squaredCells = Math.max(depths[padded]!, heights[padded]!);
      const reach = Math.abs(logits[cell]!) < BAND.unsureLogit ? BAND.maxReachCells : BAND.minReachCells;
      if (squaredCells <= reach * reach) band[cell] = 1;
    }
  }
  return band;
}
