import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { imageSizeCells } from '../mask/image-cells.ts';
import { HEAD_SIDE, type HeadWeights } from './head-shape.ts';
import { HEAD_WEIGHTS } from './head-weights.ts';
import { readHeadWeights } from './read-head-weights.ts';
import { runSubjectHead } from './subject-head.ts';

/** Cells of the decoder's grid along a cell of the head's. */
const STRIDE = LOGITS_SIDE / HEAD_SIDE;

let weights: HeadWeights | null = null;

/**
 * How likely each cell belongs to what the image is about, by the embedding alone.
 * @param embedding [256 x 64 x 64]
 * @returns [256 x 256] over the padded model square, 0..1; 0 beyond the image
 */
export function subjectMap(embedding: Float32Array, modelSizePx: Size): Float32Array {
  weights ??= readHeadWeights(HEAD_WEIGHTS);
  const size = headSize(modelSizePx);
  return enlarged(runSubjectHead(weights, embedding, size), size, imageSizeCells(modelSizePx));
}

function headSize({ width, height }: Size): Size {
  const cells = (sidePx: number) => Math.max(1, Math.round(sidePx / (CELL_MODEL_PX * STRIDE)));
  return { width: cells(width), height: cells(height) };
}

/** Bilinear between the middles of the head's cells, and then 0..1. */
function enlarged(logits: Float32Array, size: Size, sizeCells: Size): Float32Array {
  const map = new Float32Array(LOGITS_SIDE * LOGITS_SIDE);
  const along = (cell: number, side: number) => Math.min(Math.max((cell + 0.5) / STRIDE - 0.5, 0), side - 1);
  for (let y = 0; y < sizeCells.height; y++) {
    const row = along(y, size.height);
    const [top, down] = [Math.floor(row), row % 1];
    const bottom = Math.min(top + 1, size.height - 1);
    for (let x = 0; x < sizeCells.width; x++) {
      const column = along(x, size.width);
      const [left, right] = [Math.floor(column), column % 1];
      const next = Math.min(left + 1, size.width - 1);
      const between = (line: number) =>
        logits[line * HEAD_SIDE + left]! * (1 - right) + logits[line * HEAD_SIDE + next]! * right;
      const logit = between(top) * (1 - down) + between(bottom) * down;
      map[y * LOGITS_SIDE + x] = 1 / (1 + Math.exp(-logit));
    }
  }
  return map;
}
