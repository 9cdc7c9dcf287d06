import type { Size } from '../../shared/affine.ts';
import { labelRegions } from '../mask/regions.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { MIN_LAYER_CELLS } from './nest-regions.ts';

/** How wide slivers are at most. */
const SLIVER_CELLS = 2;
/** A crumb of a layer that lost nothing to others is only one below this share of it: it was found that way. */
const WHOLE_CRUMB_SHARE = 0.05;

/**
 * Gives away what nobody would want as part of a layer. Slivers are what no 3 x 3 block of a label's cells reaches
 * (morphological opening). Those of the background, between neighbours that do not quite touch, go to the lowest of them, so
 * that the upper ones keep the edges of their masks. Those of a layer, around parts that do not quite fill it, go to the
 * part. Crumbs, islands of less than `MIN_LAYER_CELLS`, go to the neighbour that they border on most.
 * @param labels [256 x 256], row-major, 0 the background; changed in place
 * @param isRemainder per label whether it is what others have left, so that slivers of it mean nothing
 * @param sizeCells the part of the grid that the image covers
 */
export function tidyLabels(labels: Uint8Array, isRemainder: readonly boolean[], sizeCells: Size): void {
  fillSlivers(labels, isRemainder, sizeCells);
  fillCrumbs(labels, isRemainder, sizeCells);
}

function fillSlivers(labels: Uint8Array, isRemainder: readonly boolean[], { width, height }: Size): void {
  const isCore = coreCells(labels, { width, height });
  const before = labels.slice();
  const isSliver = (cell: number): boolean => isRemainder[before[cell]!]! && isCore[cell] !== 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * LOGITS_SIDE + x;
      if (!isSliver(cell)) continue;
      let taker = 0;
      for (let v = Math.max(y - SLIVER_CELLS, 0); v <= Math.min(y + SLIVER_CELLS, height - 1); v++) {
        for (let u = Math.max(x - SLIVER_CELLS, 0); u <= Math.min(x + SLIVER_CELLS, width - 1); u++) {
          const other = before[v * LOGITS_SIDE + u]!;
          if (other <= before[cell]! || isSliver(v * LOGITS_SIDE + u)) continue;
          if (taker === 0 || other < taker) taker = other;
        }
      }
      if (taker !== 0) labels[cell] = taker;
    }
  }
}

/** Per cell 1 where a 3 x 3 block of its label holds it. The labels go on beyond the border of the image. */
function coreCells(labels: Uint8Array, { width, height }: Size): Uint8Array {
  const isCore = new Uint8Array(labels.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(y - 1, 0), Math.min(y + 1, height - 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
      const label = labels[y * LOGITS_SIDE + x]!;
      let isBlock = true;
      for (let v = top; v <= bottom && isBlock; v++) {
        for (let u = left; u <= right && isBlock; u++) isBlock = labels[v * LOGITS_SIDE + u] === label;
      }
      if (!isBlock) continue;
      for (let v = top; v <= bottom; v++) isCore.fill(1, v * LOGITS_SIDE + left, v * LOGITS_SIDE + right + 1);
    }
  }
  return isCore;
}

function fillCrumbs(labels: Uint8Array, isRemainder: readonly boolean[], { width, height }: Size): void {
  const map = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    map.set(labels.subarray(y * LOGITS_SIDE, y * LOGITS_SIDE + width), y * width);
  }
  const { labels: islandOf, regions: islands } = labelRegions({ width, height, data: map }, () => false);
  const areaOfLabel = new Map<number, number>();
  for (const { value, area } of islands) areaOfLabel.set(value, (areaOfLabel.get(value) ?? 0) + area);
  const isCrumb = islands.map(({ value, area }) => {
    const share = isRemainder[value] ? 1 : WHOLE_CRUMB_SHARE;
    return area < MIN_LAYER_CELLS && area <= share * areaOfLabel.get(value)!;
  });
  if (!isCrumb.includes(true)) return;

  /** Per crumb: how long its border with each label is, in sides of cells. */
  const borders = new Map<number, Map<number, number>>();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const island = islandOf[y * width + x]!;
      if (!isCrumb[island]) continue;
      const border = borders.get(island) ?? new Map<number, number>();
      borders.set(island, border);
      for (const next of sideNeighbours(y * LOGITS_SIDE + x, { width, height })) {
        const other = islandOf[Math.floor(next / LOGITS_SIDE) * width + (next % LOGITS_SIDE)]!;
        if (other !== island && !isCrumb[other])
          border.set(labels[next]!, (border.get(labels[next]!) ?? 0) + 1);
      }
    }
  }
  const heirs = new Map(
    [...borders].map(([island, border]) => [island, [...border].sort((a, b) => b[1] - a[1])[0]?.[0]]),
  );
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const heir = heirs.get(islandOf[y * width + x]!);
      if (heir !== undefined) labels[y * LOGITS_SIDE + x] = heir;
    }
  }
}

/** The cells of the image that share a side with one. */
function sideNeighbours(cell: number, { width, height }: Size): number[] {
  const x = cell % LOGITS_SIDE;
  const y = (cell - x) / LOGITS_SIDE;
  const next: number[] = [];
  if (y > 0) next.push(cell - LOGITS_SIDE);
  if (x > 0) next.push(cell - 1);
  if (x < width - 1) next.push(cell + 1);
  if (y < height - 1) next.push(cell + LOGITS_SIDE);
  return next;
}
