import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import { modelSizeOf, toModelInput } from '../../src/inference/preprocess.ts';
import { resizeRgb } from '../../src/inference/resample.ts';

const PLANE = 1024 * 1024;

function filled(width: number, height: number, rgba: readonly number[]): RgbaImage {
  return { width, height, data: Uint8Array.from({ length: width * height * 4 }, (_, i) => rgba[i % 4]!) };
}

function resize(rgb: Uint8Array, width: number, height: number, targetWidth: number, targetHeight: number) {
  const readRow = (y: number, row: Uint8Array) => row.set(rgb.subarray(y * width * 3, (y + 1) * width * 3));
  return resizeRgb(readRow, { width, height }, { width: targetWidth, height: targetHeight });
}

describe('the size on the model square', () => {
  it('has 1024 as its longer side and keeps the proportions within half a pixel', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = modelSizeOf({ width, height });
        const scale = 1024 / Math.max(width, height);
        expect(Math.max(size.width, size.height)).toBe(1024);
        expect(Math.abs(size.width - width * scale)).toBeLessThanOrEqual(Math.max(0.5, 1 - width * scale));
        expect(Math.abs(size.height - height * scale)).toBeLessThanOrEqual(Math.max(0.5, 1 - height * scale));
      }),
    );
  });
});

describe('resizing', () => {
  const image = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        rgb: fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 }),
      }),
    );
  const target = fc.integer({ min: 1, max: 30 });

  it('to the same size changes nothing', () => {
    fc.assert(
      fc.property(image, ({ width, height, rgb }) => {
        expect(resize(rgb, width, height, width, height)).toEqual(rgb);
      }),
    );
  });

  it('keeps a flat colour flat', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        target,
        target,
        target,
        target,
        (colour, ...sizes) => {
          const [width, height, targetWidth, targetHeight] = sizes;
          const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!);
          const resized = resize(rgb, width, height, targetWidth, targetHeight);
          expect(resized.every((value, i) => value === colour[i % 3])).toBe(true);
        },
      ),
    );
  });

  it('commutes with mirroring', () => {
    const mirror = (rgb: Uint8Array, width: number) =>
      Uint8Array.from(rgb, (_, i) => {
        const [y, x, channel] = [Math.floor(i / (width * 3)), Math.floor(i / 3) % width, i % 3];
        return rgb[(y * width + width - 1 - x) * 3 + channel]!;
      });
    fc.assert(
      fc.property(image, target, target, ({ width, height, rgb }, targetWidth, targetHeight) => {
        const mirroredFirst = resize(mirror(rgb, width), width, height, targetWidth, targetHeight);
        const mirroredLast = mirror(resize(rgb, width, height, targetWidth, targetHeight), targetWidth);
        // The centre of a pixel may fall exactly between two roundings.
        expect(mirroredFirst.every((value, i) => Math.abs(value - mirroredLast[i]!) <= 1)).toBe(true);
      }),
    );
  });

  it('averages when it reduces: a fine checkerboard becomes grey, not noise', () => {
    const board = Uint8Array.from(
      { length: 64 * 64 * 3 },
      (_, i) => ((Math.floor(i / 3) + Math.floor(i / 192)) % 2) * 255,
    );
    const resized = resize(board, 64, 64, 8, 8);
    for (const value of resized) expect(Math.abs(value - 127.5)).toBeLessThan(8);
  });
});

const SQUARE = { width: 1024, height: 1024 };

describe('the model input', () => {
  it('is normalised by SAM’s constants and then padded with zeros on the right and at the bottom', () => {
    const wide = toModelInput(filled(4, 2, [255, 0, 128, 255]), SQUARE).values;
    const expected = [(255 - 123.675) / 58.395, (0 - 116.28) / 57.12, (128 - 103.53) / 57.375];
    for (let channel = 0; channel < 3; channel++) {
      expect(wide[channel * PLANE]).toBeCloseTo(expected[channel]!, 5);
      expect(wide[channel * PLANE + 511 * 1024 + 1023]).toBeCloseTo(expected[channel]!, 5);
      expect(wide[channel * PLANE + 512 * 1024]).toBe(0);
      expect(wide[channel * PLANE + 1023 * 1024 + 1023]).toBe(0);
    }
    const tall = toModelInput(filled(2, 4, [255, 0, 128, 255]), SQUARE).values;
    expect(tall[1023 * 1024 + 511]).toBeCloseTo(expected[0]!, 5);
    expect(tall[512]).toBe(0);
  });

  it('lays transparency over the mean colour, whatever colour the file keeps under it', () => {
    const clear = toModelInput(filled(3, 3, [255, 0, 128, 0])).values;
    expect(clear.every((value) => Math.abs(value) < 0.01)).toBe(true);
    const white = filled(3, 3, [255, 255, 255, 255]);
    const halfWhite = filled(3, 3, [255, 255, 255, 128]);
    // Normalising is linear and the mean colour is 0, so half the alpha is half the value.
    expect(toModelInput(halfWhite).values[0]).toBeCloseTo((toModelInput(white).values[0]! * 128) / 255, 1);
  });

  it('takes a strip one pixel wide', () => {
    expect(toModelInput(filled(1, 5000, [255, 255, 255, 255])).values[0]).toBeGreaterThan(2);
  });

  it('ends some way beyond the image, with the same values as on the whole square', () => {
    const image = filled(60, 17, [255, 0, 128, 255]);
    const { values, sizePx } = toModelInput(image);
    expect(sizePx.width).toBe(1024);
    expect(sizePx.height).toBeGreaterThan((1024 * 17) / 60);
    expect(sizePx.height).toBeLessThan(512);
    expect(sizePx.height % 16).toBe(0);
    expect(values).toHaveLength(3 * sizePx.width * sizePx.height);
    const square = toModelInput(image, SQUARE).values;
    for (let channel = 0; channel < 3; channel++) {
      const plane = sizePx.width * sizePx.height;
      expect(values.subarray(channel * plane, (channel + 1) * plane)).toEqual(
        square.subarray(channel * PLANE, channel * PLANE + plane),
      );
    }
  });
});
