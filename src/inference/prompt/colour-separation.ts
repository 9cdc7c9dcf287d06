import type { BitMask } from '../mask/bit-mask.ts';
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
  const { width, height, data } = mask;
  const insideAround = windowCounter(mask);
  const inner = createBand();
  const outer = createBand();
  for (let y = 0; y < height; y++) {
    const rows = Math.min(y + BAND_CELLS + 1, height) - Math.max(y - BAND_CELLS, 0);
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      const inside = insideAround(x, y, BAND_CELLS);
      if (inside === 0) continue;
      const columns = Math.min(x + BAND_CELLS + 1, width) - Math.max(x - BAND_CELLS, 0);
      if (data[cell]) {
        if (inside < rows * columns) addCell(inner, colours, cell);
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

/** Counts in squares around a cell, cut to the mask, by a summed-area table (Crow 1984). */
function windowCounter({ width, height, data }: BitMask) {
  const stride = width + 1;
  const sums = new Uint32Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  return (x: number, y: number, radius: number): number => {
    const left = Math.max(x - radius, 0);
    const right = Math.min(x + radius + 1, width);
    const top = Math.max(y - radius, 0) * stride;
    const bottom = Math.min(y + radius + 1, height) * stride;
    return sums[bottom + right]! - sums[bottom + left]! - sums[top + right]! + sums[top + left]!;
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
