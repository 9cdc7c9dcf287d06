import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { NestedRegion } from './nest-regions.ts';
import { tidyLabels } from './tidy-labels.ts';

/** Regions laid over one another, so that each cell belongs to one of them or to the background. */
export interface LayerStack {
  /** From back to front. Each owns at least one cell. */
  regions: NestedRegion[];
  /** [256 x 256], row-major: 0 is the background, n belongs to `regions[n - 1]`. */
  labels: Uint8Array;
  /** Cells that are owned, per label. */
  ownedCells: number[];
}

/**
 * Smaller regions go over larger ones, hence parts over their wholes. Slivers and crumbs that the overlaps leave join what
 * is beside them; a region of which nothing is left is left out.
 * @param regions largest first, at most 255
 * @param sizeCells the part of the 256 grid that the image covers
 */
export function stackRegions(regions: readonly NestedRegion[], sizeCells: Size): LayerStack {
  const labels = new Uint8Array(LOGITS_SIDE * LOGITS_SIDE);
  for (const [i, { logits }] of regions.entries()) {
    forEachCell(sizeCells, (cell) => {
      if (logits[cell]! > 0) labels[cell] = i + 1;
    });
  }
  const painted = countLabels(labels, regions.length, sizeCells);
  const isRemainder = painted.map((count, label) => label === 0 || count < regions[label - 1]!.areaCells);
  tidyLabels(labels, isRemainder, sizeCells);

  const owned = countLabels(labels, regions.length, sizeCells);
  const left = regions.filter((_, i) => owned[i + 1]! > 0);
  const newLabels = [0, ...regions.map((region) => left.indexOf(region) + 1)];
  forEachCell(sizeCells, (cell) => (labels[cell] = newLabels[labels[cell]!]!));
  return {
    regions: left,
    labels,
    ownedCells: owned.filter((count, label) => label === 0 || count > 0),
  };
}

export function forEachCell({ width, height }: Size, visit: (cell: number) => void): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) visit(y * LOGITS_SIDE + x);
  }
}

function countLabels(labels: Uint8Array, maxLabel: number, sizeCells: Size): number[] {
  const counts = new Array<number>(maxLabel + 1).fill(0);
  forEachCell(sizeCells, (cell) => counts[labels[cell]!]!++);
  return counts;
}
