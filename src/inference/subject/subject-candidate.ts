import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { cellBits, cellIou, type CellBits } from '../layers/cell-bits.ts';
import { cellsOnImage } from '../mask/image-cells.ts';
import { stabilityScore } from '../mask/stability.ts';

/** A mask that may be the subject. */
export interface SubjectCandidate {
  /** [256 x 256] over the padded model square; > 0 is inside. */
  logits: Float32Array;
  /** The decoder's own estimate, at most 1. */
  predictedIou: number;
  /** 0..1, on the cells of the image. */
  stabilityScore: number;
  /** Share of the image that is inside, 0..1. */
  areaFraction: number;
  /** Share of the cells along the image's border that are inside, 0..1. */
  borderFraction: number;
  bits: CellBits;
}

/** Less is a speck, more is the image itself. */
const MIN_AREA_FRACTION = 0.003;
const MAX_AREA_FRACTION = 0.9;

/**
 * @param logits [256 x 256]; kept
 * @param sizeCells the part of the grid whose cells have their centre on the image (`imageSizeCells`)
 * @returns null for a mask that is next to nothing or next to everything
 */
export function subjectCandidate(
  logits: Float32Array,
  predictedIou: number,
  modelSizePx: Size,
  sizeCells: Size,
): SubjectCandidate | null {
  const bits = cellBits(logits, sizeCells);
  const areaFraction = bits.areaCells / (sizeCells.width * sizeCells.height);
  if (areaFraction < MIN_AREA_FRACTION || areaFraction > MAX_AREA_FRACTION) return null;
  return {
    logits,
    predictedIou: Math.min(predictedIou, 1),
    stabilityScore: stabilityScore(cellsOnImage(logits, modelSizePx)),
    areaFraction,
    borderFraction: borderFraction(logits, sizeCells),
    bits,
  };
}

/** Intersection over union of two masks on the cells, 0..1. */
export function candidateIou(a: SubjectCandidate, b: SubjectCandidate): number {
  return cellIou(a.bits, b.bits);
}

function borderFraction(logits: Float32Array, { width, height }: Size): number {
  let inside = 0;
  const count = (x: number, y: number) => (inside += logits[y * LOGITS_SIDE + x]! > 0 ? 1 : 0);
  for (let x = 0; x < width; x++) {
    count(x, 0);
    count(x, height - 1);
  }
  for (let y = 0; y < height; y++) {
    count(0, y);
    count(width - 1, y);
  }
  return inside / (2 * (width + height));
}
