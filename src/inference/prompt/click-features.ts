import type { Point, Size } from '../../shared/affine.ts';
import { boundsOf, croppedMask, type BitMask } from '../mask/bit-mask.ts';
import { squaredDistances } from '../mask/distance-transform.ts';
import { colourSeparation } from './colour-separation.ts';
import type { CellColours } from './cell-colours.ts';

/** What speaks for or against a mask as the answer to one click, apart from what the model says of it. */
export interface ClickFeatures {
  /** Distance of the click to the mask's border, to the largest such distance: 1 in the very middle, 0 outside. */
  centredness: number;
  /** The same distance to the square root of the mask's area: 0.56 in the middle of a disc, less in what is thin. */
  roundness: number;
  /** Natural logarithm of the mask's share of the image. */
  logArea: number;
  /** IoU with token 0, the model's answer where it is allowed but one. */
  agreement: number;
  /** How much the colours on the two sides of the outline differ. */
  separation: number;
}

export const CLICK_FEATURES = ['centredness', 'roundness', 'logArea', 'agreement', 'separation'] as const;

/** Keeps the logarithm of an empty mask finite. */
const MIN_AREA_FRACTION = 1e-4;

/**
 * @param mask a candidate, on the cells of the image
 * @param single the mask of token 0
 * @param clickCell in cells of the mask; a fraction is a place within a cell
 */
export function clickFeatures(
  mask: BitMask,
  single: BitMask,
  clickCell: Point,
  colours: CellColours,
): ClickFeatures {
  const area = areaOf(mask);
  const { atClick, largest } = borderDistances(mask, clickCell);
  return {
    centredness: atClick / Math.max(largest, 1),
    roundness: atClick / Math.sqrt(Math.max(area, 1)),
    logArea: Math.log(area / mask.data.length + MIN_AREA_FRACTION),
    agreement: maskAgreement(mask, single),
    separation: colourSeparation(mask, colours),
  };
}

/** In cells. */
function borderDistances(mask: BitMask, clickCell: Point): { atClick: number; largest: number } {
  const bounds = boundsOf(mask.data, mask);
  if (!bounds) return { atClick: 0, largest: 0 };
  const distances = squaredDistances(croppedMask(mask.data, mask, bounds).data, bounds);
  let largest = 0;
  for (let i = 0; i < distances.length; i++) largest = Math.max(largest, distances[i]!);
  const cell = cellAt(clickCell, mask);
  const [x, y] = [cell.x - bounds.x, cell.y - bounds.y];
  const isWithin = x >= 0 && y >= 0 && x < bounds.width && y < bounds.height;
  return { atClick: isWithin ? Math.sqrt(distances[y * bounds.width + x]!) : 0, largest: Math.sqrt(largest) };
}

/** A click on the right or lower edge of the image belongs to the last cell. */
function cellAt({ x, y }: Point, { width, height }: Size): Point {
  return { x: Math.min(Math.floor(x), width - 1), y: Math.min(Math.floor(y), height - 1) };
}

/** In cells. */
function areaOf({ data }: BitMask): number {
  let area = 0;
  for (let i = 0; i < data.length; i++) area += data[i]!;
  return area;
}

/** IoU; two empty masks agree. */
function maskAgreement(a: BitMask, b: BitMask): number {
  let common = 0;
  for (let i = 0; i < a.data.length; i++) common += a.data[i]! & b.data[i]!;
  const either = areaOf(a) + areaOf(b) - common;
  return either === 0 ? 1 : common / either;
}
