import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPrompt } from '../../src/inference/prompt/check-prompt.ts';
import { toMaskCandidates } from '../../src/inference/prompt/mask-candidates.ts';
import { indicesBySize, singleMaskIndex } from '../../src/inference/prompt/mask-choice.ts';
import { toPromptTokens } from '../../src/inference/prompt/prompt-tokens.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';

const imageSizePx = { width: 800, height: 400 };
const geometry = { imageSizePx, modelSizePx: { width: 1024, height: 512 } };
const EMPTY: Prompt = { points: [], box: null, previousLogits: null };
const badArgument = expect.objectContaining({ code: 'bad-argument' }) as Error;

describe('checking a prompt', () => {
  it.each<[string, Partial<Prompt>]>([
    ['nothing', {}],
    ['a point left of the image', { points: [{ x: -0.1, y: 5, label: 1 }] }],
    ['a point below the image', { points: [{ x: 5, y: 400.1, label: 0 }] }],
    ['a point that is no number', { points: [{ x: NaN, y: 5, label: 1 }] }],
    ['a box beside the image', { box: { x: 800, y: 0, width: 10, height: 10 } }],
    ['a box without area', { box: { x: 5, y: 5, width: 0, height: 10 } }],
    ['a box that is no number', { box: { x: NaN, y: 5, width: 5, height: 10 } }],
    ['a mask of another size', { previousLogits: new Float32Array(4) }],
  ])('refuses %s', (_, prompt) => {
    expect(() => checkPrompt({ ...EMPTY, ...prompt }, imageSizePx)).toThrow(badArgument);
  });

  it('takes points on the border and cuts boxes to the image', () => {
    const prompt: Prompt = {
      points: [
        { x: 0, y: 0, label: 1 },
        { x: 800, y: 400, label: 0 },
      ],
      box: { x: -10, y: 390, width: 1000, height: 100 },
      previousLogits: null,
    };
    expect(checkPrompt(prompt, imageSizePx)).toEqual({
      ...prompt,
      box: { x: 0, y: 390, width: 800, height: 10 },
    });
  });
});

describe('prompt tokens', () => {
  const points: Prompt['points'] = [
    { x: 400, y: 200, label: 1 },
    { x: 100, y: 50, label: 0 },
  ];
  const box = { x: 80, y: 40, width: 160, height: 200 };

  it('pad clicks with one point of label -1, and to a common size with points that count for nothing', () => {
    const { coords, labels, tokenCount } = toPromptTokens({ ...EMPTY, points }, geometry);
    expect(Array.from(coords.slice(0, 4))).toEqual([512, 256, 128, 64]);
    expect(Array.from(labels)).toEqual([1, 0, -1, -2]);
    expect(tokenCount).toBe(3);
  });

  it('count a box as its corners with labels 2 and 3, and pad nothing then', () => {
    const { coords, labels, tokenCount } = toPromptTokens({ ...EMPTY, points, box }, geometry);
    expect(Array.from(labels)).toEqual([1, 0, 2, 3]);
    expect(Array.from(coords.slice(4))).toEqual([80, 40, 240, 240].map((px) => Math.fround(px * 1.28)));
    expect(tokenCount).toBe(4);
  });

  it('hold any number of points', () => {
    const many = Array.from({ length: 200 }, () => points[0]!);
    const { coords, labels, tokenCount } = toPromptTokens({ ...EMPTY, points: many }, geometry);
    expect(tokenCount).toBe(201);
    expect([labels.length, coords.length]).toEqual([201, 402]);
  });
});

describe('mask candidates', () => {
  it('count only what lies on the image', () => {
    // The image covers the upper half. Token 2 is inside on its left half and on all of the padding.
    const logits = Array.from({ length: 4 }, () => new Float32Array(256 * 256).fill(-5));
    for (let y = 0; y < 256; y++) {
      const row = y * 256;
      if (y < 128) logits[2]!.fill(0.5, row, row + 64).fill(5, row + 64, row + 128);
      else logits[2]!.fill(5, row, row + 256);
    }
    const candidates = toMaskCandidates(logits, Float32Array.of(0.1, 0.2, 0.3, 0.4), geometry.modelSizePx);
    expect(candidates.map(({ tokenIndex }) => tokenIndex)).toEqual([0, 1, 2, 3]);
    expect(candidates.map(({ areaFraction }) => areaFraction)).toEqual([0, 0, 0.5, 0]);
    // 0.5 lies between the two thresholds of the stability score, 5 above both.
    expect(candidates.map(({ stabilityScore }) => stabilityScore)).toEqual([0, 0, 0.5, 0]);
    expect(candidates[2]!.predictedIou).toBeCloseTo(0.3);
    expect(candidates.map((candidate) => candidate.logits)).toEqual(logits);
  });
});

describe('choosing a mask', () => {
  const mask = fc.record({
    predictedIou: fc.double({ min: -0.1, max: 1.1, noNaN: true }),
    areaFraction: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const masks = fc.tuple(mask, mask, mask, mask);

  it('takes token 0 for three or more prompt tokens, else the best of 1..3 by predicted IoU', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 2, max: 9 }), (four, tokenCount) => {
        const index = singleMaskIndex(four, tokenCount);
        if (tokenCount >= 3) {
          expect(index).toBe(0);
          return;
        }
        expect(index).toBeGreaterThan(0);
        for (const other of four.slice(1))
          expect(four[index]!.predictedIou).toBeGreaterThanOrEqual(other.predictedIou);
      }),
    );
  });

  it('orders tokens 1..3 from whole to detail', () => {
    fc.assert(
      fc.property(masks, (four) => {
        const order = indicesBySize(four);
        expect([...order].sort()).toEqual([1, 2, 3]);
        const areas = order.map((i) => four[i]!.areaFraction);
        expect(areas).toEqual([...areas].sort((a, b) => b - a));
      }),
    );
  });
});
