import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { MaskGeometry } from './mask-geometry.ts';

/**
 * The reference turns 256 x 256 logits into image-sized ones in two bilinear steps without antialiasing
 * (`postprocess_masks` of SAM): 256 -> 1024, crop of the padding, -> image. Both are linear and separable, so per
 * axis they merge into one weighted sum of at most three neighbouring cells, which needs no 1024 x 1024 between.
 */
interface AxisTaps {
  /** First of the three cells, per position. */
  firstCell: Uint8Array;
  /** Three weights per position; they sum to 1. */
  weights: Float32Array;
}

/** @param imagePositions coordinates along the axis in image pixels; pixel i has its centre at i + 0.5 */
function axisTaps(imagePositions: Float64Array, modelSidePx: number, imageSidePx: number): AxisTaps {
  const firstCell = new Uint8Array(imagePositions.length);
  const weights = new Float32Array(imagePositions.length * 3);
  const cellAt = (modelPixel: number): number => Math.max((modelPixel + 0.5) / CELL_MODEL_PX - 0.5, 0);
  imagePositions.forEach((imagePosition, i) => {
    const modelPosition = (imagePosition * modelSidePx) / imageSidePx - 0.5;
    const clamped = Math.min(Math.max(modelPosition, 0), modelSidePx - 1);
    const pixel0 = Math.floor(clamped);
    const pixel1 = Math.min(pixel0 + 1, modelSidePx - 1);
    const first = Math.min(Math.floor(cellAt(pixel0)), LOGITS_SIDE - 3);
    firstCell[i] = first;
    const add = (modelPixel: number, weight: number): void => {
      const cell = cellAt(modelPixel);
      const cell0 = Math.floor(cell);
      const cell1 = Math.min(cell0 + 1, LOGITS_SIDE - 1);
      weights[i * 3 + cell0 - first]! += weight * (1 - (cell - cell0));
      weights[i * 3 + cell1 - first]! += weight * (cell - cell0);
    };
    add(pixel0, 1 - (clamped - pixel0));
    add(pixel1, clamped - pixel0);
  });
  return { firstCell, weights };
}

/** Writes the logits of row `yIndex` (an index into the y positions) to `out`, one per x position. */
export type LogitSampler = (yIndex: number, out: Float32Array) => void;

/**
 * Samples the upsampled logits on a grid of image positions, row by row. Positions outside of the image take the
 * value at its border. Holds 256 floats per x position.
 * @param logits [256 x 256], row-major
 * @param imageXs x coordinates of the columns, in image pixels
 * @param imageYs y coordinates of the rows, in image pixels
 * @throws RangeError when there are not 256 x 256 logits
 */
export function createLogitSampler(
  logits: Float32Array,
  { modelSizePx, imageSizePx }: MaskGeometry,
  imageXs: Float64Array,
  imageYs: Float64Array,
): LogitSampler {
  if (logits.length !== LOGITS_SIDE * LOGITS_SIDE) {
    throw new RangeError(`Expected 256 x 256 logits, got ${logits.length}.`);
  }
  const columns = axisTaps(imageXs, modelSizePx.width, imageSizePx.width);
  const rows = axisTaps(imageYs, modelSizePx.height, imageSizePx.height);
  const width = imageXs.length;
  // Wide rows are made when they are first asked for: an object's rows are few.
  const wideRows: Float32Array[] = [];
  const wideRow = (cellY: number): Float32Array =>
    (wideRows[cellY] ??= widen(logits.subarray(cellY * LOGITS_SIDE, (cellY + 1) * LOGITS_SIDE), columns));

  return (yIndex, out) => {
    const first = rows.firstCell[yIndex]!;
    const a = wideRow(first);
    const b = wideRow(first + 1);
    const c = wideRow(first + 2);
    const wa = rows.weights[yIndex * 3]!;
    const wb = rows.weights[yIndex * 3 + 1]!;
    const wc = rows.weights[yIndex * 3 + 2]!;
    for (let x = 0; x < width; x++) out[x] = wa * a[x]! + wb * b[x]! + wc * c[x]!;
  };
}

function widen(cells: Float32Array, { firstCell, weights }: AxisTaps): Float32Array {
  const wide = new Float32Array(firstCell.length);
  for (let x = 0; x < wide.length; x++) {
    const first = firstCell[x]!;
    wide[x] =
      weights[x * 3]! * cells[first]! +
      weights[x * 3 + 1]! * cells[first + 1]! +
      weights[x * 3 + 2]! * cells[first + 2]!;
  }
  return wide;
}

/** The centres of `count` pixels from pixel `firstPixel` on. */
export function pixelCentres(firstPixel: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => firstPixel + i + 0.5);
}
