import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';

/** A closed outline as x, y, x, y, ... in image pixels. */
export type Contour = Float32Array;

const TOP = 0;
const RIGHT = 1;
const BOTTOM = 2;
const LEFT = 3;

/**
 * Pairs of sides by which an outline enters and leaves a square, with the inside on its left. The index has a bit per
 * corner that is inside: 8 top left, 4 top right, 2 bottom right, 1 bottom left; 16 is set for a saddle (5 and 10)
 * whose centre is inside.
 */
const CROSSINGS: Readonly<Record<number, readonly number[]>> = {
  1: [BOTTOM, LEFT],
  2: [RIGHT, BOTTOM],
  3: [RIGHT, LEFT],
  4: [TOP, RIGHT],
  5: [TOP, RIGHT, BOTTOM, LEFT],
  6: [TOP, BOTTOM],
  7: [TOP, LEFT],
  8: [LEFT, TOP],
  9: [BOTTOM, TOP],
  10: [LEFT, TOP, RIGHT, BOTTOM],
  11: [RIGHT, TOP],
  12: [LEFT, RIGHT],
  13: [BOTTOM, RIGHT],
  14: [LEFT, BOTTOM],
  21: [TOP, LEFT, BOTTOM, RIGHT],
  26: [LEFT, BOTTOM, RIGHT, TOP],
};

/**
 * Marching squares at logit 0, linear along the cell borders: outlines that stay crisp at any zoom, for about a
 * millisecond a mask. Beyond the border of the image the outermost cells repeat, so that a mask which touches the
 * border runs past it and the drawing clips it there. Saddles are split by the mean of their corners.
 * Outer outlines and holes both come; fill them with the even-odd rule.
 * @param logits [256 x 256], row-major; cell (i, j) has its centre at model pixel (4 i + 2, 4 j + 2)
 */
export function maskContours(logits: Float32Array, modelSizePx: Size, imageSizePx: Size): Contour[] {
  const lastColumn = lastCell(modelSizePx.width);
  const lastRow = lastCell(modelSizePx.height);
  // The frame beyond the repeated cells is outside, which closes every outline.
  const columns = lastColumn + 5;
  const rows = lastRow + 5;
  const samples = padded(logits, lastColumn, lastRow, columns, rows);
  // Two cells of frame, and samples stand for the centres of cells.
  return traceGrid(samples, columns, rows, {
    scaleX: (CELL_MODEL_PX * imageSizePx.width) / modelSizePx.width,
    scaleY: (CELL_MODEL_PX * imageSizePx.height) / modelSizePx.height,
    left: -1.5,
    top: -1.5,
  });
}

/** From columns and rows of a grid of samples to image space: add, then scale. */
export interface GridToImage {
  left: number;
  top: number;
  scaleX: number;
  scaleY: number;
}

/** @param samples [rows x columns]; the outermost ring must be outside */
export function traceGrid(
  samples: Float32Array,
  columns: number,
  rows: number,
  { left, top, scaleX, scaleY }: GridToImage,
): Contour[] {
  const nextEdge = linkEdges(samples, columns, rows);
  const contours: Contour[] = [];
  for (let first = 0; first < nextEdge.length; first++) {
    if (nextEdge[first]! < 0) continue;
    const points: number[] = [];
    for (let edge = first; nextEdge[edge]! >= 0;) {
      const cell = edge >> 1;
      const column = cell % columns;
      const row = (cell - column) / columns;
      const isVertical = (edge & 1) === 1;
      const from = samples[cell]!;
      const to = samples[cell + (isVertical ? columns : 1)]!;
      const along = from / (from - to);
      points.push(
        (left + column + (isVertical ? 0 : along)) * scaleX,
        (top + row + (isVertical ? along : 0)) * scaleY,
      );
      const next = nextEdge[edge]!;
      nextEdge[edge] = -1;
      edge = next;
    }
    contours.push(Float32Array.from(points));
  }
  return contours;
}

/** Index of the last cell whose centre lies on the image. */
export function lastCell(modelSidePx: number): number {
  return Math.min(Math.max(Math.ceil(modelSidePx / CELL_MODEL_PX - 0.5) - 1, 0), LOGITS_SIDE - 1);
}

function padded(
  logits: Float32Array,
  lastColumn: number,
  lastRow: number,
  columns: number,
  rows: number,
): Float32Array {
  const samples = new Float32Array(columns * rows).fill(-1);
  for (let row = 1; row < rows - 1; row++) {
    const y = Math.min(Math.max(row - 2, 0), lastRow);
    for (let column = 1; column < columns - 1; column++) {
      const x = Math.min(Math.max(column - 2, 0), lastColumn);
      samples[row * columns + column] = logits[y * LOGITS_SIDE + x]!;
    }
  }
  return samples;
}

/** Edge 2 c runs from sample c to the right, edge 2 c + 1 down. Each crossed edge gets the one that follows it. */
function linkEdges(samples: Float32Array, columns: number, rows: number): Int32Array {
  const nextEdge = new Int32Array(columns * rows * 2).fill(-1);
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const cell = row * columns + column;
      const a = samples[cell]!;
      const b = samples[cell + 1]!;
      const c = samples[cell + columns + 1]!;
      const d = samples[cell + columns]!;
      let inside = (a > 0 ? 8 : 0) | (b > 0 ? 4 : 0) | (c > 0 ? 2 : 0) | (d > 0 ? 1 : 0);
      if (inside === 0 || inside === 15) continue;
      if ((inside === 5 || inside === 10) && a + b + c + d > 0) inside |= 16;
      const edges = [2 * cell, 2 * (cell + 1) + 1, 2 * (cell + columns), 2 * cell + 1];
      const sides = CROSSINGS[inside]!;
      for (let i = 0; i < sides.length; i += 2) nextEdge[edges[sides[i]!]!] = edges[sides[i + 1]!]!;
    }
  }
  return nextEdge;
}
