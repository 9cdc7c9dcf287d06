import type { Size } from '../../shared/affine.ts';
import { MAX_LAYERS } from '../../shared/engine-contract.ts';
import { cellBits, sharedCells, type CellBits } from './cell-bits.ts';

/** A mask among others, which may overlap it. */
export interface RegionMask {
  /** [256 x 256] over the padded model square; > 0 is inside. */
  logits: Float32Array;
  predictedIou: number;
  /** 0..1 */
  stabilityScore: number;
}

/** A region and where it belongs: a part lies in a whole. */
export interface NestedRegion {
  /** Index into the regions that were given. */
  id: number;
  logits: Float32Array;
  areaCells: number;
  /** `id` of the smallest region that holds this one; null for a whole. */
  parentId: number | null;
  /** 0 for a whole, one more in each part. */
  depth: number;
}

/** Of two regions that overlap by more (IoU), one is the other again. */
const SAME_IOU = 0.8;
/** A region that lies in another by more of its area is a part of it. */
const PART_SHARE = 0.85;
/** Less is dust: 24 cells are 39 x 39 px of a 2048 px image. */
export const MIN_LAYER_CELLS = 24;
/** More of the image is the image, not something in it. */
const MAX_IMAGE_SHARE = 0.95;

interface Candidate {
  id: number;
  region: RegionMask;
  bits: CellBits;
}

/**
 * Finds which regions are parts of which. Leaves out what is there twice (the better rated one stays), dust, the image as
 * a whole, and the smallest beyond `MAX_LAYERS`.
 * @param sizeCells the part of the 256 grid that the image covers
 * @returns largest first, of equal ones the upper one, so that parts come after their wholes
 */
export function nestRegions(regions: readonly RegionMask[], sizeCells: Size): NestedRegion[] {
  const imageCells = sizeCells.width * sizeCells.height;
  const candidates = regions
    .map((region, id) => ({ id, region, bits: cellBits(region.logits, sizeCells) }))
    .filter(
      ({ bits }) => bits.areaCells >= MIN_LAYER_CELLS && bits.areaCells <= MAX_IMAGE_SHARE * imageCells,
    );
  const kept = withoutRepeats(candidates)
    .sort((a, b) => b.bits.areaCells - a.bits.areaCells || a.bits.firstRow - b.bits.firstRow)
    .slice(0, MAX_LAYERS);

  const nested: NestedRegion[] = [];
  for (const [i, { id, region, bits }] of kept.entries()) {
    let parent: NestedRegion | null = null;
    for (let j = i - 1; j >= 0 && !parent; j--) {
      if (sharedCells(bits, kept[j]!.bits) >= PART_SHARE * bits.areaCells) parent = nested[j]!;
    }
    nested.push({
      id,
      logits: region.logits,
      areaCells: bits.areaCells,
      parentId: parent?.id ?? null,
      depth: parent ? parent.depth + 1 : 0,
    });
  }
  return nested;
}

function withoutRepeats(candidates: readonly Candidate[]): Candidate[] {
  const rating = ({ region }: Candidate): number => region.predictedIou * region.stabilityScore;
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => rating(b) - rating(a))) {
    const isRepeat = kept.some(({ bits }) => {
      const shared = sharedCells(bits, candidate.bits);
      return shared > SAME_IOU * (bits.areaCells + candidate.bits.areaCells - shared);
    });
    if (!isRepeat) kept.push(candidate);
  }
  return kept;
}
