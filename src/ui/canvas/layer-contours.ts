import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { ShownLayers } from '../session/layer-choice.ts';
import { lastCell, traceGrid, type Contour } from './mask-contours.ts';

/** Cells around a layer's own, so that its outline closes: two that repeat the border of the image, and one outside. */
const FRAME = 3;
/** Of the cells around one, along each axis: takes the steps out of outlines. */
const WEIGHTS = [0.25, 0.5, 0.25];

/** Outlines in image space, per layer, to a cell or so: for the screen. Drawing clips them at the border of the image. */
export function layerContours(
  { arrangement: { labels }, layerOfLabel, layers }: ShownLayers,
  modelSizePx: Size,
  imageSizePx: Size,
): Contour[][] {
  const last = { x: lastCell(modelSizePx.width), y: lastCell(modelSizePx.height) };
  const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), max);
  const layerAt = (x: number, y: number): number =>
    layerOfLabel[labels[clamp(y, last.y) * LOGITS_SIDE + clamp(x, last.x)]!]!;
  return cellBoxes(layers.length, last, layerAt).map(({ left, top, right, bottom }, layer) => {
    const columns = right - left + 1 + 2 * FRAME;
    const rows = bottom - top + 1 + 2 * FRAME;
    const samples = new Float32Array(Math.max(columns * rows, 0)).fill(-1);
    for (let row = 1; row < rows - 1; row++) {
      for (let column = 1; column < columns - 1; column++) {
        let share = 0;
        for (let v = 0; v < 3; v++) {
          for (let u = 0; u < 3; u++) {
            const isInside = layerAt(left + column + u - 1 - FRAME, top + row + v - 1 - FRAME) === layer;
            if (isInside) share += WEIGHTS[u]! * WEIGHTS[v]!;
          }
        }
        samples[row * columns + column] = share - 0.5;
      }
    }
    return traceGrid(samples, columns, rows, {
      left: left - FRAME + 0.5,
      top: top - FRAME + 0.5,
      scaleX: (CELL_MODEL_PX * imageSizePx.width) / modelSizePx.width,
      scaleY: (CELL_MODEL_PX * imageSizePx.height) / modelSizePx.height,
    });
  });
}

function cellBoxes(count: number, last: { x: number; y: number }, layerAt: (x: number, y: number) => number) {
  const boxes = Array.from({ length: count }, () => ({
    left: LOGITS_SIDE,
    top: LOGITS_SIDE,
    right: -1,
    bottom: -1,
  }));
  for (let y = 0; y <= last.y; y++) {
    for (let x = 0; x <= last.x; x++) {
      const box = boxes[layerAt(x, y)];
      if (!box) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = y;
    }
  }
  return boxes;
}
