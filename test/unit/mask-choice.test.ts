import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellColours, type CellColours } from '../../src/inference/prompt/cell-colours.ts';
import { clickFeatures, type ClickedImage } from '../../src/inference/prompt/click-features.ts';
import { colourSeparation } from '../../src/inference/prompt/colour-separation.ts';
import { embeddingContrast } from '../../src/inference/prompt/embedding-contrast.ts';
import { defaultMaskIndex } from '../../src/inference/prompt/mask-choice.ts';
import type { BitMask } from '../../src/inference/mask/bit-mask.ts';
import type { MaskCandidate, Prompt } from '../../src/shared/engine-contract.ts';

const SIDE = 256;
const geometry = { imageSizePx: { width: 1024, height: 1024 }, modelSizePx: { width: 1024, height: 1024 } };

type Inside = (x: number, y: number) => boolean;
const disc =
  (centreX: number, centreY: number, radius: number): Inside =>
  (x, y) =>
    Math.hypot(x + 0.5 - centreX, y + 0.5 - centreY) < radius;

function bitMask(inside: Inside, side = SIDE): BitMask {
  const data = Uint8Array.from({ length: side * side }, (_, i) =>
    inside(i % side, Math.floor(i / side)) ? 1 : 0,
  );
  return { width: side, height: side, data };
}

/** Grey: one value inside, another outside, and a faint pattern over both. */
function painted(inside: Inside, [on, off]: [number, number], side = SIDE): CellColours {
  const values = Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const cell = i % (side * side);
    const [x, y] = [cell % side, Math.floor(cell / side)];
    return (inside(x, y) ? on : off) + ((x + y) % 2) * 0.1;
  });
  return { width: side, height: side, values };
}

/** Of 256 channels, all 0 but the first, that is as told. */
function embedded(valueAt: (x: number, y: number) => number): Float32Array {
  return new Float32Array(256 * 64 * 64).map((_, i) => (i < 64 * 64 ? valueAt(i % 64, i >> 6) : 0));
}

/** Whose embedding has one value inside, another outside, as its colours. */
function pictured(inside: Inside, values: [number, number]): ClickedImage {
  const embedding = embedded((x, y) => values[inside(4 * x + 1.5, 4 * y + 1.5) ? 0 : 1]);
  return { colours: painted(inside, values), embedding };
}

function candidate(
  tokenIndex: MaskCandidate['tokenIndex'],
  inside: Inside,
  predictedIou = 0.9,
): MaskCandidate {
  const mask = bitMask(inside);
  const logits = Float32Array.from(mask.data, (value) => (value ? 4 : -4));
  return { tokenIndex, logits, predictedIou, stabilityScore: 1, areaFraction: 0.1 };
}

const click = (cellX: number, cellY: number, label: 0 | 1 = 1): Prompt => ({
  points: [{ x: cellX * 4, y: cellY * 4, label }],
  box: null,
  previousLogits: null,
});

describe('what speaks for a mask', () => {
  const flat = pictured(() => true, [0, 0]);

  it('is how near to the middle of a disc the click lies', () => {
    const mask = bitMask(disc(128, 128, 60));
    const middle = clickFeatures(mask, mask, { x: 128.5, y: 128.5 }, flat);
    expect(middle.centredness).toBeCloseTo(1, 1);
    expect(middle.roundness).toBeCloseTo(1 / Math.sqrt(Math.PI), 1);
    expect(clickFeatures(mask, mask, { x: 158.5, y: 128.5 }, flat).centredness).toBeCloseTo(0.5, 1);
    expect(clickFeatures(mask, mask, { x: 20, y: 20 }, flat).centredness).toBe(0);
  });

  it('is the same at twice the size, but for the colours, whose bands have a width', () => {
    const small = bitMask(disc(64, 60, 30));
    const large = bitMask(disc(128, 120, 60));
    const [a, b] = [
      clickFeatures(small, small, { x: 70, y: 66 }, flat),
      clickFeatures(large, large, { x: 140, y: 132 }, flat),
    ];
    expect(b.centredness).toBeCloseTo(a.centredness, 1);
    expect(b.roundness).toBeCloseTo(a.roundness, 1);
    expect(b.logArea).toBeCloseTo(a.logArea + Math.log(4), 1);
  });

  it('is the agreement with the single mask', () => {
    const half = bitMask((x) => x < 128);
    const quarter = bitMask((x, y) => x < 128 && y < 128);
    expect(clickFeatures(quarter, half, { x: 5, y: 5 }, flat).agreement).toBeCloseTo(0.5);
    expect(clickFeatures(half, half, { x: 5, y: 5 }, flat).agreement).toBe(1);
  });

  it('stays finite for empty and full masks and for clicks on the border', () => {
    const speck = bitMask((x, y) => x === 255 && y === 255);
    for (const mask of [bitMask(() => false), bitMask(() => true), speck]) {
      const features = clickFeatures(mask, mask, { x: SIDE, y: SIDE }, flat);
      for (const value of Object.values(features)) expect(value).toSatisfy(Number.isFinite);
    }
  });
});

describe('the separation of colours', () => {
  const shape = disc(100, 120, 40);

  it('grows with the contrast along the outline, and does not look farther', () => {
    const mask = bitMask(shape);
    const at = (contrast: number) => colourSeparation(mask, painted(shape, [contrast, 0]));
    expect(at(0)).toBeLessThan(0.05);
    expect(at(1)).toBeGreaterThan(at(0.3));
    const far = painted(shape, [1, 0]);
    for (const [cell, inside] of bitMask(disc(100, 120, 60)).data.entries())
      if (!inside) far.values[cell] = 9;
    expect(colourSeparation(mask, far)).toBeCloseTo(at(1), 6);
  });

  it('is that of the object only for the outline of the object', () => {
    const colours = painted(shape, [1, 0]);
    const whole = colourSeparation(bitMask(shape), colours);
    expect(whole).toBeGreaterThan(3 * colourSeparation(bitMask(disc(100, 120, 20)), colours));
    expect(whole).toBeGreaterThan(3 * colourSeparation(bitMask(disc(100, 120, 60)), colours));
  });

  it('does not take the border of the image for an outline', () => {
    expect(
      colourSeparation(
        bitMask(() => true),
        painted(shape, [1, 0]),
      ),
    ).toBe(0);
  });
});

describe('the contrast of embeddings', () => {
  const square: Inside = (x, y) => x >= 64 && x < 128 && y >= 80 && y < 144;

  it('is the distance between the means of what is inside and what is around, no farther than 32 model pixels', () => {
    const { embedding } = pictured(square, [0.3, -0.4]);
    expect(embeddingContrast(bitMask(square), embedding)).toBeCloseTo(0.7, 6);
    const far = embedded((x, y) => (x < 14 || x > 33 || y < 18 || y > 37 ? 9 : embedding[y * 64 + x]!));
    expect(embeddingContrast(bitMask(square), far)).toBeCloseTo(0.7, 6);
    const channels = embedding.map((_, i) => (i < 9 * 64 * 64 ? embedding[i % (64 * 64)]! : 0));
    expect(embeddingContrast(bitMask(square), channels)).toBeCloseTo(0.7 * 3, 5);
  });

  it('is more for the whole than for its core, or for more than it', () => {
    const { embedding } = pictured(square, [1, 0]);
    const around = (margin: number) =>
      bitMask((x, y) => x >= 64 - margin && x < 128 + margin && y >= 80 - margin && y < 144 + margin);
    const whole = embeddingContrast(around(0), embedding);
    for (const margin of [-20, -12, -4, 4, 12, 20]) {
      expect(embeddingContrast(around(margin), embedding)).toBeLessThan(whole - 0.05);
    }
  });

  it('counts a cell that is partly inside by its part', () => {
    // The mask ends in the middle of cells whose value is 1, and is 0 elsewhere.
    const half = bitMask((x) => x < 66);
    const embedding = embedded((x) => (x === 16 ? 1 : 0));
    // Inside 16 columns and half a one; around the other half, the next column, and half of the one after.
    const expected = Math.abs(0.5 / 16.5 - 0.5 / 2);
    expect(embeddingContrast(half, embedding)).toBeCloseTo(expected, 5);
  });

  it('leaves the padding out', () => {
    const wide = { width: 256, height: 100, data: new Uint8Array(256 * 100).fill(1, 0, 256 * 60) };
    const embedding = embedded((_, y) => (y < 15 ? 1 : y < 25 ? 0 : 1e6));
    expect(embeddingContrast(wide, embedding)).toBeCloseTo(1, 6);
  });
});

describe('the mask that is shown first for a click', () => {
  // The object is the disc of radius 40; the decoder also answers with its core, and with what is around it.
  const object = disc(120, 130, 40);
  const four = (x: Inside): MaskCandidate[] => [
    candidate(0, x, 0.5),
    candidate(1, disc(112, 130, 15), 0.99),
    candidate(2, x, 0.6),
    candidate(3, (px, py) => px > 10 && py > 20 && px < 250, 0.98),
  ];
  const image = pictured(object, [1, 0]);

  it('is the one that the single mask, the colours, the embedding and the click agree on, whatever its rating', () => {
    expect(defaultMaskIndex(four(object), click(120, 130), geometry, image)).toBe(2);
  });

  it('is the mirrored one in a mirrored image', () => {
    const flipX = (values: Float32Array, side = SIDE) =>
      values.map((_, i) => values[i - (i % side) + side - 1 - (i % side)]!);
    const { colours, embedding } = image;
    const flippedImage = {
      colours: { ...colours, values: flipX(colours.values) },
      embedding: flipX(embedding, 64),
    };
    fc.assert(
      fc.property(fc.integer({ min: 85, max: 155 }), fc.integer({ min: 95, max: 165 }), (x, y) => {
        const masks = four(object);
        const flipped = masks.map((mask) => ({ ...mask, logits: flipX(mask.logits) }));
        const mirrored = click(SIDE - 1 - x + 0.5, y + 0.5);
        expect(defaultMaskIndex(flipped, mirrored, geometry, flippedImage)).toBe(
          defaultMaskIndex(masks, click(x + 0.5, y + 0.5), geometry, image),
        );
      }),
      { numRuns: 8 },
    );
  });

  it('is the first of equals', () => {
    const same = ([0, 1, 2, 3] as const).map((token) => candidate(token, object));
    expect(defaultMaskIndex(same, click(120, 130), geometry, image)).toBe(1);
  });

  it("follows SAM's rule for boxes, several clicks, and clicks off the object", () => {
    const masks = four(object);
    const box = { x: 300, y: 300, width: 400, height: 400 };
    const { points } = click(120, 130);
    expect(defaultMaskIndex(masks, { points: [], box }, geometry, image)).toBe(1);
    expect(defaultMaskIndex(masks, { points, box }, geometry, image)).toBe(0);
    expect(defaultMaskIndex(masks, { points: [...points, ...points], box: null }, geometry, image)).toBe(0);
    expect(defaultMaskIndex(masks, click(120, 130, 0), geometry, image)).toBe(1);
  });
});

describe('the colours of cells', () => {
  it('are means of 4 x 4 model pixels, those of the padding left out', () => {
    // 6 x 5 pixels of value 1 + column, in an input of 16 x 16 that is 0 beyond them.
    const values = new Float32Array(3 * 16 * 16);
    for (let y = 0; y < 5; y++) for (let x = 0; x < 6; x++) values[y * 16 + x] = 1 + x;
    const colours = cellColours({ values, sizePx: { width: 16, height: 16 } }, { width: 6, height: 5 });
    expect([colours.width, colours.height]).toEqual([2, 1]);
    expect([...colours.values]).toEqual([2.5, 5.5, 0, 0, 0, 0]);
  });
});
