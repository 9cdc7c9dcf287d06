import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptMasks } from '../../src/inference/everything/accept-masks.ts';
import { measureCells, measurePixels } from '../../src/inference/everything/measure-mask.ts';
import { boxIou, suppressBoxes } from '../../src/inference/everything/suppress-boxes.ts';
import { box, logitsOf } from './synthetic-logits.ts';

const geometry = { imageSizePx: { width: 800, height: 400 }, modelSizePx: { width: 1024, height: 512 } };

describe('box suppression', () => {
  const side = fc.integer({ min: 1, max: 30 });
  const corner = fc.integer({ min: 0, max: 30 });
  const items = fc.array(
    fc.record({
      cellBox: fc.record({ x: corner, y: corner, width: side, height: side }),
      score: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 30 },
  );

  it('keeps no two that overlap, and drops only what a better or earlier one covers', () => {
    fc.assert(
      fc.property(items, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (all, maxIou) => {
        const kept = suppressBoxes(all, ({ score }) => score, maxIou);
        const overlaps = (a: (typeof all)[0], b: (typeof all)[0]) => boxIou(a.cellBox, b.cellBox) > maxIou;
        kept.forEach((a, i) => {
          for (const b of kept.slice(i + 1)) expect(overlaps(a, b)).toBe(false);
        });
        for (const [i, item] of all.entries()) {
          if (kept.includes(item)) continue;
          const reasons = kept.filter((other) => overlaps(other, item));
          expect(
            reasons.some((o) => o.score > item.score || (o.score === item.score && all.indexOf(o) < i)),
          ).toBe(true);
        }
      }),
    );
  });

  it('measures overlap as the area shared of the area covered', () => {
    const a = { x: 0, y: 0, width: 10, height: 10 };
    expect(boxIou(a, { x: 5, y: 0, width: 10, height: 10 })).toBeCloseTo(50 / 150);
    expect(boxIou(a, { x: 10, y: 0, width: 10, height: 10 })).toBe(0);
    expect(boxIou(a, a)).toBe(1);
  });
});

describe('measuring a mask', () => {
  const logits = logitsOf(box(200, 100, 600, 300));

  it('gives the box and area in cells, on cells and on pixels', () => {
    const cells = measureCells(logits, geometry.modelSizePx)!;
    expect(cells.cellBox).toEqual({ x: 50, y: 25, width: 100, height: 50 });
    expect(cells.areaCells).toBe(5000);
    const pixels = measurePixels(logits, geometry)!;
    expect(pixels.areaCells / cells.areaCells).toBeCloseTo(1, 1);
    expect(boxIou(pixels.cellBox, cells.cellBox)).toBeGreaterThan(0.97);
    expect(pixels.stabilityScore).toBeCloseTo(cells.stabilityScore, 1);
  });

  it('does not look at the padding', () => {
    const belowImage = logitsOf(box(100, 600, 500, 900));
    expect(measureCells(belowImage, geometry.modelSizePx)).toBeNull();
    expect(measurePixels(belowImage, geometry)).toBeNull();
  });
});

describe('accepting masks', () => {
  /** One prompt whose four tokens all answer with the same mask. */
  const answer = (predictedIous: number[], steepness = 1) => {
    const mask = logitsOf(box(200, 100, 600, 300)).map((logit) => logit * steepness);
    return { logits: [mask, mask, mask, mask], predictedIous: Float32Array.from(predictedIous) };
  };
  const accept = (given: ReturnType<typeof answer>) =>
    acceptMasks(given, [{ x: 1, y: 2 }], (logits) => measureCells(logits, geometry.modelSizePx), {
      minPredictedIou: 0.5,
      minStabilityScore: 0.9,
    });

  it('takes tokens 1 to 3 above the predicted IoU', () => {
    const accepted = accept(answer([1, 0.5, 0.75, 0.25]));
    expect(accepted.map(({ predictedIou }) => predictedIou)).toEqual([0.75]);
    expect(accepted[0]!.imagePoint).toEqual({ x: 1, y: 2 });
  });

  it('leaves out masks that depend on their threshold', () => {
    expect(accept(answer([1, 1, 1, 1]))).toHaveLength(3);
    // A hundred times flatter: nothing is above +1.
    expect(accept(answer([1, 1, 1, 1], 0.01))).toEqual([]);
  });
});
