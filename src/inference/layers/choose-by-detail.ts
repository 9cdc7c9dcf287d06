import type { NestedRegion } from './nest-regions.ts';

/** Layers at the coarsest level, where there are as many. */
const COARSEST_COUNT = 3;
/** A part counts as this share of its area, and a part of a part as its square: wholes come before parts. */
const PART_WEIGHT = 0.25;

/**
 * The regions that make up an image at a level of detail: few large wholes at 0, everything at 1, and in between each
 * level adds to the one before it. The number grows geometrically, so that each step of a slider changes the picture
 * about as much.
 * @param nested largest first, as `nestRegions` gives them
 * @param detail 0..1
 * @returns a subset in the same order; a part only together with its whole
 */
export function chooseByDetail(nested: readonly NestedRegion[], detail: number): NestedRegion[] {
  const first = Math.min(COARSEST_COUNT, nested.length);
  const count = Math.round(first * (nested.length / Math.max(first, 1)) ** detail);
  const weight = ({ areaCells, depth }: NestedRegion): number => areaCells * PART_WEIGHT ** depth;
  const chosen = new Set([...nested].sort((a, b) => weight(b) - weight(a)).slice(0, count));
  return nested.filter((region) => chosen.has(region));
}
