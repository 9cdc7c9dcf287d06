import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { candidateIou, type SubjectCandidate } from './subject-candidate.ts';

/**
 * What speaks for and against a mask, all of it in 0..1. How they were chosen, and how little they may be off:
 * docs/decisions/subject.md.
 */
const WEIGHTS = {
  predictedIou: 7.5,
  stability: 3.4,
  backgroundInside: -5.4,
  agreement: 7.2,
  mapIou: 5.6,
} as const;

/** What is known of an image beside the masks themselves. */
export interface SubjectEvidence {
  /** Per cell how likely it is background, [256 x 256], 0..1. */
  background: Float32Array;
  /** Per cell how likely it is the subject, [256 x 256], 0..1; all 0 where nothing is known. */
  map: Float32Array;
}

/** Masks that a mask is compared with for its agreement: those most like it. */
const AGREEING = 5;

/**
 * Rates masks against one another, against the background and against the map of the subject.
 * @param sizeCells of the image
 * @returns a score per candidate; only their differences mean anything
 */
export function scoreCandidates(
  candidates: readonly SubjectCandidate[],
  { background, map }: SubjectEvidence,
  sizeCells: Size,
): number[] {
  const agreements = agreementsOf(candidates);
  return candidates.map((candidate, i) => {
    return (
      WEIGHTS.predictedIou * candidate.predictedIou +
      WEIGHTS.stability * candidate.stabilityScore +
      WEIGHTS.backgroundInside * against(candidate, background, sizeCells).inside +
      WEIGHTS.agreement * agreements[i]! +
      WEIGHTS.mapIou * against(candidate, map, sizeCells).iou
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

/** How much of a mask is inside a map of probabilities, and its IoU with it. */
function against(
  { logits, bits }: SubjectCandidate,
  map: Float32Array,
  { width, height }: Size,
): { inside: number; iou: number } {
  let [common, all] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * LOGITS_SIDE + x;
      const probability = map[cell]!;
      all += probability;
      if (logits[cell]! > 0) common += probability;
    }
  }
  return { inside: common / bits.areaCells, iou: common / (bits.areaCells + all - common) };
}
