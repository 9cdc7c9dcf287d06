import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellColours, type CellColours } from '../../src/inference/prompt/cell-colours.ts';
import { clickFeatures } from '../../src/inference/prompt/click-features.ts';
import { colourSeparation } from '../../src/inference/prompt/colour-separation.ts';
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
  const flat = painted(() => true, [0, 0]);

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
    for (const mask of [bitMask(() => false), bitMask(() => true)]) {
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

describe('the mask that is shown first for a click', () => {
  // The object is the disc of radius 40; the decoder also answers with its core, and with what is around it.
  const object = disc(120, 130, 40);
  const four = (x: Inside): MaskCandidate[] => [
    candidate(0, x, 0.5),
    candidate(1, disc(112, 130, 15), 0.99),
    candidate(2, x, 0.6),
    candidate(3, (px, py) => px > 10 && py > 20 && px < 250, 0.98),
  ];
  const colours = painted(object, [1, 0]);

  it('is the one that the single mask, the colours and the click agree on, whatever its rating', () => {
    expect(defaultMaskIndex(four(object), click(120, 130), geometry, colours)).toBe(2);
  });

  it('is the mirrored one in a mirrored image', () => {
    const flipX = (values: Float32Array) =>
      values.map((_, i) => values[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
    const flippedColours = { ...colours, values: flipX(colours.values) };
    fc.assert(
      fc.property(fc.integer({ min: 85, max: 155 }), fc.integer({ min: 95, max: 165 }), (x, y) => {
        const masks = four(object);
        const flipped = masks.map((mask) => ({ ...mask, logits: flipX(mask.logits) }));
        const mirrored = click(SIDE - 1 - x + 0.5, y + 0.5);
        expect(defaultMaskIndex(flipped, mirrored, geometry, flippedColours)).toBe(
          defaultMaskIndex(masks, click(x + 0.5, y + 0.5), geometry, colours),
        );
      }),
      { numRuns: 8 },
    );
  });

  it('is the first of equals', () => {
    const same = ([0, 1, 2, 3] as const).map((token) => candidate(token, object));
    expect(defaultMaskIndex(same, click(120, 130), geometry, colours)).toBe(1);
  });

  it("follows SAM's rule for boxes, several clicks, and clicks off the object", () => {
    const masks = four(object);
    const box = { x: 300, y: 300, width: 400, height: 400 };
    const { points } = click(120, 130);
    expect(defaultMaskIndex(masks, { points: [], box }, geometry, colours)).toBe(1);
    expect(defaultMaskIndex(masks, { points, box }, geometry, colours)).toBe(0);
    expect(defaultMaskIndex(masks, { points: [...points, ...points], box: null }, geometry, colours)).toBe(0);
    expect(defaultMaskIndex(masks, click(120, 130, 0), geometry, colours)).toBe(1);
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
