import type { Point, Rect, Size } from '../../shared/affine.ts';
import { LOGITS_SIDE, type Prompt } from '../../shared/engine-contract.ts';
import type { BitMask } from '../mask/bit-mask.ts';
import { squaredDistances } from '../mask/distance-transform.ts';
import { labelRegions } from '../mask/regions.ts';
import { cellToImagePoint, type MaskGeometry } from '../matte/mask-geometry.ts';
import { boxPrompt } from './subject-prompts.ts';

/** A cell that is likelier than this is taken for the subject. */
const LIKELY = 0.5;
const MAX_BLOBS = 3;
/** Of the largest; what is less is noise of the map. */
const MIN_BLOB_SHARE = 0.15;
const OTHER_THRESHOLDS = [0.2, 0.8] as const;
const SPREAD_CLICKS = 3;
const SPREAD_LIKELY = 0.7;
const SPREAD_STEP = 2;

/** A connected piece of the map. */
export interface MapBlob {
  /** Sum of the map over its cells. */
  mass: number;
  /** In cells; the right and lower sides are those after the last cell. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** The cell farthest from its edge. */
  deepest: Point;
}

/**
 * The pieces in which a map of the subject is, largest first, without small ones.
 * @param map [256 x 256], 0..1
 * @param sizeCells of the image
 */
export function mapBlobs(map: Float32Array, sizeCells: Size, threshold = LIKELY): MapBlob[] {
  const { width, height } = sizeCells;
  const data = new Uint8Array(width * height);
  for (let cell = 0; cell < data.length; cell++) {
    data[cell] = map[Math.floor(cell / width) * LOGITS_SIDE + (cell % width)]! > threshold ? 1 : 0;
  }
  const mask: BitMask = { width, height, data };
  const { labels, regions } = labelRegions(mask, () => false);
  const depths = squaredDistances(data, sizeCells);
  const blobs = regions.map(({ value }): (MapBlob & { depth: number }) | null =>
    value === 0
      ? null
      : { mass: 0, left: width, top: height, right: 0, bottom: 0, deepest: { x: 0, y: 0 }, depth: -1 },
  );
  labels.forEach((label, cell) => {
    const blob = blobs[label];
    if (!blob) return;
    const [x, y] = [cell % width, Math.floor(cell / width)];
    blob.mass += map[y * LOGITS_SIDE + x]!;
    blob.left = Math.min(blob.left, x);
    blob.top = Math.min(blob.top, y);
    blob.right = Math.max(blob.right, x + 1);
    blob.bottom = Math.max(blob.bottom, y + 1);
    if (depths[cell]! > blob.depth) [blob.depth, blob.deepest] = [depths[cell]!, { x, y }];
  });
  const found = blobs.flatMap((blob) => blob ?? []).sort((a, b) => b.mass - a.mass);
  return found.slice(0, MAX_BLOBS).filter(({ mass }) => mass >= MIN_BLOB_SHARE * found[0]!.mass);
}

/**
 * What a map of the subject has the decoder asked: the box of its largest piece, also as larger and smaller thresholds have it, and
 * that of all pieces; a click where the largest is thickest, with and without the box; and three clicks on it, wide apart.
 * @returns empty where nothing is likely; of one length of tokens one after the other
 */
export function mapPrompts(map: Float32Array, sizeCells: Size, geometry: MaskGeometry): Prompt[] {
  const blobs = mapBlobs(map, sizeCells);
  const [largest] = blobs;
  if (!largest) return [];
  const others = OTHER_THRESHOLDS.flatMap((threshold) => mapBlobs(map, sizeCells, threshold).slice(0, 1));
  const box = boxAround([largest], geometry);
  return [
    boxPrompt(box),
    ...(blobs.length > 1 ? [boxPrompt(boxAround(blobs, geometry))] : []),
    ...others.map((blob) => boxPrompt(boxAround([blob], geometry))),
    clicks([largest.deepest], null, geometry),
    clicks(spreadCells(largest, map), null, geometry),
    clicks([largest.deepest], box, geometry),
  ];
}

function boxAround(blobs: readonly MapBlob[], geometry: MaskGeometry): Rect {
  const edges = (side: 'left' | 'top' | 'right' | 'bottom') => blobs.map((blob) => blob[side]);
  const from = cellToImagePoint(Math.min(...edges('left')), Math.min(...edges('top')), geometry);
  const to = cellToImagePoint(Math.max(...edges('right')), Math.max(...edges('bottom')), geometry);
  return { ...from, width: to.x - from.x, height: to.y - from.y };
}

/** @param cells whose middles are clicked */
function clicks(cells: readonly Point[], box: Rect | null, geometry: MaskGeometry): Prompt {
  const points = cells.map(({ x, y }) => ({
    ...cellToImagePoint(x + 0.5, y + 0.5, geometry),
    label: 1 as const,
  }));
  return { points, box, previousLogits: null };
}

/** The deepest cell of a piece, and then whatever likely cell is farthest from those before. */
function spreadCells({ deepest, left, top, right, bottom }: MapBlob, map: Float32Array): Point[] {
  const cells = [deepest];
  while (cells.length < SPREAD_CLICKS) {
    let [farthest, most] = [deepest, -1];
    for (let y = top; y < bottom; y += SPREAD_STEP) {
      for (let x = left; x < right; x += SPREAD_STEP) {
        const likely = map[y * LOGITS_SIDE + x]!;
        if (likely <= SPREAD_LIKELY) continue;
        const distance = Math.min(...cells.map((cell) => Math.hypot(cell.x - x, cell.y - y)));
        if (distance * likely > most) [farthest, most] = [{ x, y }, distance * likely];
      }
    }
    cells.push(farthest);
  }
  return cells;
}
