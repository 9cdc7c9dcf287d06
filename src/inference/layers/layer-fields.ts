import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { forEachCell, type LayerStack } from './stack-regions.ts';
import { widened } from './widened.ts';

/** Logit where no layer is near. */
const NOTHING_LOGIT = -32;
/** A mask has a say in the edges of its own cells, that is within the cells that a pixel's logit is mixed from. */
const EDGE_CELLS = 2;
/** Where cells have changed hands, their new borders are drawn smoothly: by a binomial filter that reaches so far. */
const SMOOTHING_CELLS = 2;
const SMOOTHING_WEIGHTS = [1, 4, 6, 4, 1].map((weight) => weight / 16);
/** Makes the borders there about as steep as those of masks. */
const SMOOTH_LOGIT = 6;
/** Cells from a layer's own to which its fields differ from those of the layer above: drawn smoothly from an edge on. */
export const FIELD_REACH_CELLS = EDGE_CELLS + SMOOTHING_CELLS;

/** What the edges of one layer are made from. All fields are [256 x 256] logits, > 0 inside. */
export interface LayerFields {
  /** 0 the background, n is `regions[n - 1]` of the stack. */
  label: number;
  /** The layer together with all above it: its edge towards what is below. */
  fromHereUp: Float32Array;
  /** All above the layer: its edge towards them. */
  above: Float32Array;
}

/**
 * Walks through a stack from front to back. Where two layers meet, both take their edge from the same field, so it is as
 * exact as the mask of the upper one, except near cells that were tidied away. `fromHereUp` is `above` wherever no cell of
 * the layer is within `FIELD_REACH_CELLS`.
 */
export function* layerFields({ regions, labels }: LayerStack, sizeCells: Size): Generator<LayerFields> {
  const highest = new Float32Array(labels.length).fill(NOTHING_LOGIT);
  let above: Float32Array = highest.slice();
  for (const [i, { logits }] of [...regions.entries()].reverse()) {
    const label = i + 1;
    const isNear = cellsNear(sizeCells, EDGE_CELLS, (cell) => labels[cell] === label);
    forEachCell(sizeCells, (cell) => {
      if (isNear[cell] === 1) highest[cell] = Math.max(highest[cell]!, logits[cell]!);
    });
    const fromHereUp = withSmoothBorders(highest, (cell) => labels[cell]! >= label, sizeCells);
    yield { label, fromHereUp, above };
    above = fromHereUp;
  }
  yield { label: 0, fromHereUp: new Float32Array(labels.length).fill(SMOOTH_LOGIT), above };
}

/** The field, but around cells that are on the wrong side of 0 a smooth one that has them where they belong. */
function withSmoothBorders(
  field: Float32Array,
  isInside: (cell: number) => boolean,
  sizeCells: Size,
): Float32Array {
  const isRedrawn = cellsNear(sizeCells, SMOOTHING_CELLS, (cell) => field[cell]! > 0 !== isInside(cell));
  const { width, height } = sizeCells;
  const clamp = (value: number, max: number): number => Math.min(Math.max(value, 0), max);
  const drawn = field.slice();
  forEachCell(sizeCells, (cell) => {
    if (isRedrawn[cell] !== 1) return;
    const x = cell % LOGITS_SIDE;
    const y = (cell - x) / LOGITS_SIDE;
    let sum = 0;
    for (const [row, rowWeight] of SMOOTHING_WEIGHTS.entries()) {
      const start = clamp(y + row - SMOOTHING_CELLS, height - 1) * LOGITS_SIDE;
      for (const [column, weight] of SMOOTHING_WEIGHTS.entries()) {
        const at = start + clamp(x + column - SMOOTHING_CELLS, width - 1);
        sum += isInside(at) ? rowWeight * weight : -rowWeight * weight;
      }
    }
    drawn[cell] = SMOOTH_LOGIT * sum;
  });
  return drawn;
}

/** Per cell 1 where one that is meant is at most `reachCells` away along both axes. */
export function cellsNear(
  sizeCells: Size,
  reachCells: number,
  isMeant: (cell: number) => boolean,
): Uint8Array {
  const meant = new Uint8Array(LOGITS_SIDE * LOGITS_SIDE);
  forEachCell(sizeCells, (cell) => {
    if (isMeant(cell)) meant[cell] = 1;
  });
  return widened(meant, { width: LOGITS_SIDE, height: LOGITS_SIDE }, reachCells);
}

/** The field where a mask of cells is set, and outside elsewhere. */
export function withinCells(field: Float32Array, cells: Uint8Array): Float32Array {
  return field.map((logit, cell) => (cells[cell] === 1 ? logit : NOTHING_LOGIT));
}
