import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { BitMask } from '../mask/bit-mask.ts';
import { labelRegions } from '../mask/regions.ts';
import { centreWeight } from './centre-weight.ts';
import type { SubjectCandidate } from './subject-candidate.ts';

/** A mask along so much of the border is background, wherever else it reaches. */
const SURE_BORDER_FRACTION = 0.55;
/** Background touches the border. */
const MIN_BORDER_FRACTION = 0.03;
/** ... and leaves the middle alone. */
const MAX_CENTRE_SHARE = 0.5;
const CENTRE_SIGMA = 0.25;
/** Of two masks of one prompt that are alike otherwise, the larger one. */
const SIZE_WEIGHT = 0.5;
/** Keeps the logit of what is certain finite: e^7 to 1. */
const MIN_PROBABILITY = 1e-3;

/**
 * The mask of a prompt at the border that is most likely background.
 * @param masks of one prompt
 * @param sizeCells of the image
 */
export function backgroundOf(
  masks: readonly (SubjectCandidate | null)[],
  sizeCells: Size,
): SubjectCandidate | null {
  let best: SubjectCandidate | null = null;
  let bestRating = -Infinity;
  for (const mask of masks) {
    if (!mask || !isBackground(mask, sizeCells)) continue;
    const rating = mask.predictedIou + mask.stabilityScore + SIZE_WEIGHT * Math.sqrt(mask.areaFraction);
    if (rating > bestRating) [best, bestRating] = [mask, rating];
  }
  return best;
}

function isBackground({ logits, borderFraction }: SubjectCandidate, sizeCells: Size): boolean {
  if (borderFraction >= SURE_BORDER_FRACTION) return true;
  return borderFraction >= MIN_BORDER_FRACTION && centreShare(logits, sizeCells) <= MAX_CENTRE_SHARE;
}

/** How much of the middle of the image is inside, 0..1. */
function centreShare(logits: Float32Array, { width, height }: Size): number {
  const [columns, rows] = [centreWeight(width, CENTRE_SIGMA), centreWeight(height, CENTRE_SIGMA)];
  let [inside, all] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = rows[y]! * columns[x]!;
      all += weight;
      if (logits[y * LOGITS_SIDE + x]! > 0) inside += weight;
    }
  }
  return inside / all;
}

/**
 * Per cell how likely it is background, 0..1: as the surest of the masks says.
 * @param masks background, from points at the border
 * @returns [256 x 256]
 */
export function backgroundMap(masks: readonly SubjectCandidate[]): Float32Array {
  const map = new Float32Array(LOGITS_SIDE * LOGITS_SIDE);
  for (const { logits } of masks) {
    for (let cell = 0; cell < map.length; cell++) map[cell] = Math.max(map[cell]!, sigmoid(logits[cell]!));
  }
  return map;
}

/** What a background leaves of the image, as logits [256 x 256]. */
export function foregroundLogits(background: Float32Array): Float32Array {
  return background.map((p) => Math.log((1 - p + MIN_PROBABILITY) / (p + MIN_PROBABILITY)));
}

/**
 * Of the pieces that a mask is in, the one that holds most of the middle.
 * @param logits [256 x 256]
 * @returns a copy in which the other pieces are outside
 */
export function centralPiece(logits: Float32Array, sizeCells: Size): Float32Array {
  const { width, height } = sizeCells;
  const data = new Uint8Array(width * height);
  for (let cell = 0; cell < data.length; cell++) data[cell] = logits[toGrid(cell, width)]! > 0 ? 1 : 0;
  const mask: BitMask = { width, height, data };
  const { labels, regions } = labelRegions(mask, () => false);
  const [columns, rows] = [centreWeight(width), centreWeight(height)];
  const weights = new Float64Array(regions.length);
  labels.forEach((label, cell) => {
    weights[label]! += rows[Math.floor(cell / width)]! * columns[cell % width]! * regions[label]!.value;
  });
  const central = weights.indexOf(Math.max(...weights));
  const piece = logits.slice();
  labels.forEach((label, cell) => {
    if (label !== central) piece[toGrid(cell, width)] = -Math.abs(logits[toGrid(cell, width)]!) - 1;
  });
  return piece;
}

function toGrid(cell: number, width: number): number {
  return Math.floor(cell / width) * LOGITS_SIDE + (cell % width);
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
