import type { Result } from '../../shared/contract.ts';
import type { Point } from '../../shared/affine.ts';
import { MASK_SIZES } from '../../shared/cutout-recipe.ts';
import type { EngineContract, MaskCandidate } from '../../shared/engine-contract.ts';

export type MaskSize = (typeof MASK_SIZES)[number];

/** A mask to choose. */
export interface ShownMask extends MaskCandidate {
  /** For what no prompt asked for: a click that means it. */
  imagePoint?: Point;
}

/** The engine's answer to one prompt. */
export interface Segmentation extends Omit<Result<EngineContract, 'segment'>, 'candidates'> {
  candidates: ShownMask[];
}

/** Proposals for the subject as masks to choose from: the sizes stand for the first, second and third. */
export function segmentationOfSubject({ proposals }: Result<EngineContract, 'findSubject'>): Segmentation {
  return {
    candidates: proposals.map(({ score: _, ...proposal }) => ({ ...proposal, tokenIndex: 0 })),
    defaultIndex: 0,
    bySize: [...proposals.keys()],
    decodeMs: 0,
  };
}

/** @param wanted null for the engine's own pick */
export function chooseCandidate(segmentation: Segmentation, wanted: MaskSize | null): ShownMask | null {
  const { candidates, bySize, defaultIndex } = segmentation;
  const index = wanted === null ? defaultIndex : bySize[placeInOrder(wanted, bySize.length)];
  return candidates[index ?? defaultIndex] ?? candidates[0] ?? null;
}

/** The size that a shown mask stands for; the single-mask answer counts as the one nearest in area. */
export function sizeOfCandidate(segmentation: Segmentation, shown: MaskCandidate): MaskSize | null {
  let nearest: MaskSize | null = null;
  let smallestDifference = Infinity;
  for (const size of MASK_SIZES) {
    const candidate = chooseCandidate(segmentation, size);
    if (candidate === shown) return size;
    const difference = candidate ? Math.abs(candidate.areaFraction - shown.areaFraction) : Infinity;
    if (difference < smallestDifference) [nearest, smallestDifference] = [size, difference];
  }
  return nearest;
}

function placeInOrder(size: MaskSize, count: number): number {
  if (size === 'whole') return 0;
  return size === 'detail' ? count - 1 : Math.floor((count - 1) / 2);
}
