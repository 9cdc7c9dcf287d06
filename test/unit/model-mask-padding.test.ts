import { describe, expect, it } from 'vitest';
import { maskSizeCells, withPadding } from '../../src/inference/model/mask-padding.ts';
import { modelSizeOf } from '../../src/inference/preprocess.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';

/** Some 3:2, square, a strip, and two whose end is that of a cell of the embedding. */
const IMAGE_SIZES = [
  [1600, 1082],
  [700, 700],
  [30, 2000],
  [1024, 704],
  [352, 512],
  [1, 1],
] as const;

describe('the padding of masks', () => {
  it.each(IMAGE_SIZES)('is never seen by the pixels of an image of %i x %i', (width, height) => {
    const imageSizePx = { width, height };
    const geometry = { imageSizePx, modelSizePx: modelSizeOf(imageSizePx) };
    const sizeCells = maskSizeCells(geometry.modelSizePx);
    expect(Math.max(sizeCells.width, sizeCells.height)).toBe(64);
    const [columns, rows] = [4 * sizeCells.width, 4 * sizeCells.height];
    const part = Float32Array.from({ length: columns * rows }, (_, i) => Math.sin(i) * 5);

    const padded = withPadding(part, sizeCells);
    expect(padded).toHaveLength(256 * 256);
    expect(padded.buffer).not.toBe(part.buffer);
    const other = Float32Array.from(padded, (logit, i) =>
      i % 256 < columns && Math.floor(i / 256) < rows ? logit : 1e6,
    );
    expect(upsampleLogits(other, geometry)).toEqual(upsampleLogits(padded, geometry));
    for (let y = 0; y < rows; y++) {
      expect(padded.subarray(y * 256, y * 256 + columns)).toEqual(
        part.subarray(y * columns, (y + 1) * columns),
      );
    }
    const beyond = padded.filter((_, i) => i % 256 >= columns || Math.floor(i / 256) >= rows);
    expect(new Set(beyond)).toEqual(new Set(beyond.length > 0 ? [-16] : []));
  });
});
