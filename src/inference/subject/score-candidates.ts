import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { candidateIou, type SubjectCandidate } from './subject-candidate.ts';

/**
 * What speaks for and against a mask, all of it in 0..1. How they were chosen, and how little they may be off:
 * docs/decisions/subject.md.
 */
const WEIGHTS = {
  predictedIou: 4,
  stability: 3,
  border: -5,
  backgroundInside: -3.5,
  foregroundIou: 2.5,
  agreement: 5,
} as const;

/** Masks that a mask is compared with for its agreement: those most like it. */
const AGREEING = 5;

/**
 * Rates masks against one another and against the background.
 * @param background per cell how likely it is background, [256 x 256]
 * @param sizeCells of the image
 * @returns a score per candidate; only their differences mean anything
 */
export function scoreCandidates(
  candidates: readonly SubjectCandidate[],
  background: Float32Array,
  sizeCells: Size,
): number[] {
  const agreements = agreementsOf(candidates);
  return candidates.map((candidate, i) => {
    const { backgroundInside, foregroundIou } = againstBackground(candidate, background, sizeCells);
    return (
      WEIGHTS.predictedIou * candidate.predictedIou +
      WEIGHTS.stability * candidate.stabilityScore +
      WEIGHTS.border * candidate.borderFraction +
      WEIGHTS.backgroundInside * backgroundInside +
      WEIGHTS.foregroundIou * foregroundIou +
      WEIGHTS.agreement * agreements[i]!
    );
  });
}

/** Mean IoU with those most like it: what several prompts answer with is a thing. */
function agreementsOf(candidates: readonly SubjectCandidate[]): number[] {
  const ious = candidates.map(() => new Float64Array(candidates.length));
  candidates.forEach((a, i) => {
    for (let k = 0; k < i; k++) ious[i]![k] = ious[k]![i] = candidateIou(a, candidates[k]!);
  });
  const count = Math.min(AGREEING, candidates.length - 1);
  if (count < 1) return candidates.map(() => 0);
  return ious.map(
    (row) =>
      row
        .sort()
        .subarray(-count)
        .reduce((sum, iou) => sum + iou, 0) / count,
  );
}

/** The share of a mask that is background, and its IoU with all that is not. */
function againstBackground(
  { logits, bits }: SubjectCandidate,
  background: Float32Array,
  { width, height }: Size,
): { backgroundInside: number; foregroundIou: number } {
  let [backgroundCells, foregroundCells] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * LOGITS_SIDE + x;
      const probability = background[cell]!;
      foregroundCells += 1 - probability;
      if (logits[cell]! > 0) backgroundCells += probability;
    }
  }
  const common = bits.areaCells - backgroundCells;
  return {
    backgroundInside: backgroundCells / bits.areaCells,
    foregroundIou: common / (bits.areaCells + foregroundCells - common),
  };
}
