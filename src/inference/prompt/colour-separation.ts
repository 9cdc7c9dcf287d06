import { boundsOf, croppedMask, type BitMask } from '../mask/bit-mask.ts';
import type { CellColours } from './cell-colours.ts';

/** How far the bands beside the outline reach, in cells: 24 model pixels. */
const BAND_CELLS = 6;
/** Cells next to the outline hold colours of both sides: the outer band leaves them out. */
const MIXED_CELLS = 1;
/** Added to each variance, in squared units of the encoder's input, so that flat areas do not count without bounds: 10 of 255 grey levels. */
const NOISE_VARIANCE = 0.03;

/**
 * Distance between the mean colours of the bands inside and outside of a mask's outline, in units of their spread. The
 * border of the image is no outline.
 * @returns >= 0; 0 when the mask has no outline
 */
export function colourSeparation(mask: BitMask, colours: CellColours): number {
  const bounds = boundsOf(mask.data, mask);
  if (!bounds) return 0;
  const left = Math.max(bounds.x - BAND_CELLS, 0);
  const top = Math.max(bounds.y - BAND_CELLS, 0);
  const right = Math.min(bounds.x + bounds.width + BAND_CELLS, mask.width);
  const bottom = Math.min(bounds.y + bounds.height + BAND_CELLS, mask.height);
  const crop = croppedMask(mask.data, mask, { x: left, y: top, width: right - left, height: bottom - top });
  const insideAround = windowCounter(crop, BAND_CELLS);
  const inner = createBand();
  const outer = createBand();
  for (let y = 0; y < crop.height; y++) {
    const rows = windowLength(top + y, mask.height, BAND_CELLS);
    for (let x = 0; x < crop.width; x++) {
      const inside = insideAround(x, y, BAND_CELLS);
      if (inside === 0) continue;
      const cell = (top + y) * mask.width + left + x;
      if (mask.data[cell]) {
        if (inside < rows * windowLength(left + x, mask.width, BAND_CELLS)) addCell(inner, colours, cell);
      } else if (insideAround(x, y, MIXED_CELLS) === 0) addCell(outer, colours, cell);
    }
  }
  if (inner.count === 0 || outer.count === 0) return 0;
  let squared = 0;
  for (let channel = 0; channel < 3; channel++) {
    const [a, b] = [momentsOf(inner, channel), momentsOf(outer, channel)];
    squared += (a.mean - b.mean) ** 2 / (a.variance + b.variance + NOISE_VARIANCE);
  }
  return Math.sqrt(squared);
}

/** How many cells of a line lie within `radius` of one of them. */
function windowLength(position: number, length: number, radius: number): number {
  return Math.min(position + radius + 1, length) - Math.max(position - radius, 0);
}

/**
 * Counts a mask's cells in squares around a cell by a summed-area table (Crow 1984), which goes on for `maxRadius` beyond the
 * mask, so that no square has to be cut.
 */
function windowCounter({ width, height, data }: BitMask, maxRadius: number) {
  const stride = width + 2 * maxRadius + 1;
  const sums = new Uint32Array(stride * (height + 2 * maxRadius + 1));
  const first = maxRadius + 1;
  for (let y = first; y < height + 2 * maxRadius + 1; y++) {
    const row = y * stride;
    if (y >= height + first) {
      sums.copyWithin(row, row - stride, row);
      continue;
    }
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += data[(y - first) * width + x]!;
      sums[row + first + x] = sums[row - stride + first + x]! + sum;
    }
    sums.fill(sums[row + first + width - 1]!, row + first + width, row + stride);
  }
  return (x: number, y: number, radius: number): number => {
    const top = (y + maxRadius - radius) * stride + x + maxRadius;
    const bottom = top + (2 * radius + 1) * stride;
    return (
      sums[bottom + radius + 1]! - sums[bottom - radius]! - sums[top + radius + 1]! + sums[top - radius]!
    );
  };
}

interface Band {
  count: number;
  sums: [number, number, number];
  squares: [number, number, number];
}

function createBand(): Band {
  return { count: 0, sums: [0, 0, 0], squares: [0, 0, 0] };
}

function addCell(band: Band, { width, height, values }: CellColours, cell: number): void {
  band.count++;
  for (let channel = 0; channel < 3; channel++) {
    const value = values[channel * width * height + cell]!;
    band.sums[channel]! += value;
    band.squares[channel]! += value * value;
  }
}

function momentsOf({ count, sums, squares }: Band, channel: number): { mean: number; variance: number } {
  const mean = sums[channel]! / count;
  return { mean, variance: Math.max(squares[channel]! / count - mean * mean, 0) };
}
