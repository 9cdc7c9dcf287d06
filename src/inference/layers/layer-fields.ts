import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { forEachCell, type LayerStack } from './stack-regions.ts';

/** Logit of a cell that has changed hands, with the sign of its new owner; as for removed specks. */
const MOVED_LOGIT = 1;
/** Logit where no layer is near. */
const NOTHING_LOGIT = -32;
/** A mask has a say in the edges of its own cells, that is within the cells that a pixel's logit is mixed from. */
export const EDGE_CELLS = 2;

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
 * exact as the mask of the upper one.
 */
export function* layerFields({ regions, labels }: LayerStack, sizeCells: Size): Generator<LayerFields> {
  const highest = new Float32Array(labels.length).fill(NOTHING_LOGIT);
  let above = highest.slice();
  for (let label = regions.length; label >= 0; label--) {
    const logits = regions[label - 1]?.logits;
    const isNear = cellsNear(labels, label, EDGE_CELLS, sizeCells);
    const fromHereUp = highest.slice();
    forEachCell(sizeCells, (cell) => {
      if (logits && isNear[cell]) highest[cell] = Math.max(highest[cell]!, logits[cell]!);
      const isInside = labels[cell]! >= label;
      // The two differ in cells that were tidied away, and below the background.
      fromHereUp[cell] =
        highest[cell]! > 0 === isInside ? highest[cell]! : isInside ? MOVED_LOGIT : -MOVED_LOGIT;
    });
    yield { label, fromHereUp, above };
    above = fromHereUp;
  }
}

/** Per cell 1 where a cell with the label is at most `reachCells` away along both axes. */
export function cellsNear(
  labels: Uint8Array,
  label: number,
  reachCells: number,
  sizeCells: Size,
): Uint8Array {
  const near = new Uint8Array(labels.length);
  forEachCell(sizeCells, (cell) => {
    if (labels[cell] !== label) return;
    const x = cell % LOGITS_SIDE;
    const y = (cell - x) / LOGITS_SIDE;
    const left = Math.max(x - reachCells, 0);
    const right = Math.min(x + reachCells, sizeCells.width - 1);
    for (let v = Math.max(y - reachCells, 0); v <= Math.min(y + reachCells, sizeCells.height - 1); v++) {
      near.fill(1, v * LOGITS_SIDE + left, v * LOGITS_SIDE + right + 1);
    }
  });
  return near;
}

/** The field where a mask of cells is set, and outside elsewhere. */
export function withinCells(field: Float32Array, cells: Uint8Array): Float32Array {
  return field.map((logit, cell) => (cells[cell] === 1 ? logit : NOTHING_LOGIT));
}
