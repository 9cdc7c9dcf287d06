import { describe, expect, it } from 'vitest';
import { completeStemTokens, paddingTable, stemSizeOf } from '../../src/inference/model/stem-padding.ts';

const CHANNELS = 2;
/** An empty square's tokens: alike in the middle, and each of its own kind near the sides. */
const kind = (i: number) => (i < 8 || i >= 56 ? i : 8);
const padding = Float32Array.from({ length: 64 * 64 * CHANNELS }, (_, i) => {
  const token = Math.floor(i / CHANNELS);
  return -1 - 100 * kind(Math.floor(token / 64)) - kind(token % 64);
});
const table = paddingTable({ shape: [4096, CHANNELS], values: padding });

const at = (tokens: Float32Array, row: number, column: number) => tokens[(row * 64 + column) * CHANNELS]!;

/** Each token says where it lies. */
function stemTokens(rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns * CHANNELS }, (_, i) => {
    const token = Math.floor(i / CHANNELS);
    return Math.floor(token / columns) * 100 + (token % columns);
  });
}

describe('what the stem is shown', () => {
  it('is all of a square image, and of others the image and a margin', () => {
    expect(stemSizeOf({ width: 1024, height: 1024 })).toEqual({ width: 1024, height: 1024 });
    expect(stemSizeOf({ width: 1024, height: 1000 })).toEqual({ width: 1024, height: 1024 });
    expect(stemSizeOf({ width: 1024, height: 683 })).toEqual({ width: 1024, height: 752 });
    expect(stemSizeOf({ width: 1, height: 1024 })).toEqual({ width: 80, height: 1024 });
  });
});

describe('the tokens of the whole square', () => {
  it("are the stem's on the image, and padding's beyond", () => {
    const sizePx = stemSizeOf({ width: 1024, height: 683 });
    const tokens = completeStemTokens(table, stemTokens(sizePx.height / 16, 64), sizePx);
    expect(tokens).toHaveLength(padding.length);
    // The image ends in row 42.
    for (let row = 0; row <= 42; row++)
      for (const column of [0, 63]) expect(at(tokens, row, column)).toBe(row * 100 + column);
    // The cut is at row 47, and tokens next to it are not to be used.
    for (let row = 45; row < 64; row++) expect(at(tokens, row, 7)).toBe(padding[(row * 64 + 7) * CHANNELS]);
  });

  it('are cut on the right for a high image', () => {
    const sizePx = stemSizeOf({ width: 300, height: 1024 });
    const tokens = completeStemTokens(table, stemTokens(64, sizePx.width / 16), sizePx);
    for (const row of [0, 63]) {
      expect(at(tokens, row, 18)).toBe(row * 100 + 18);
      expect(at(tokens, row, 21)).toBe(padding[(row * 64 + 21) * CHANNELS]);
    }
  });

  it('are the stem’s alone for a square image', () => {
    const tokens = stemTokens(64, 64);
    expect(completeStemTokens(table, tokens, { width: 1024, height: 1024 })).toEqual(tokens);
  });

  it('are those of the empty square where the stem saw nothing', () => {
    const tokens = completeStemTokens(table, new Float32Array(0), { width: 32, height: 32 });
    expect(tokens).toEqual(padding);
  });
});
