import { describe, expect, it } from 'vitest';
import { NearMisses } from '../../src/inference/everything/near-misses.ts';

const geometry = { imageSizePx: { width: 800, height: 400 }, modelSizePx: { width: 1024, height: 512 } };
const thresholds = { minPredictedIou: 0.88, minStabilityScore: 0.95 };
const MAX_BOX_IOU = 0.7;

const mask = (x: number, predictedIou: number, stabilityScore: number) => ({
  logits: new Float32Array(0),
  predictedIou,
  stabilityScore,
  imagePoint: { x: 3.125 * x + 10, y: 20 },
  // 16 cells of 4 model pixels of 0.78 image pixels: 50 image pixels.
  cellBox: { x, y: 0, width: 16, height: 8 },
  areaCells: 100,
});

describe('near misses', () => {
  const missesOf = (...masks: ReturnType<typeof mask>[]) => {
    const misses = new NearMisses(geometry, thresholds, MAX_BOX_IOU);
    misses.add(masks);
    return misses;
  };

  it('are asked for by their point and their box, in image pixels', () => {
    expect(missesOf(mask(64, 0.9, 0.9)).prompts([])).toEqual([
      { imagePoint: { x: 210, y: 20 }, imageBox: { x: 200, y: 0, width: 50, height: 25 } },
    ]);
  });

  it('come nearest first, one of those that are alike', () => {
    const misses = missesOf(
      mask(0, 0.8, 0.9),
      mask(100, 0.87, 0.99),
      mask(50, 0.9, 0.9),
      mask(51, 0.9, 0.94),
    );
    expect(misses.prompts([]).map(({ imageBox }) => imageBox!.x / 3.125)).toEqual([100, 51, 0]);
  });

  it('are neither what passes nor what was found elsewhere', () => {
    const misses = missesOf(mask(0, 0.95, 0.96), mask(50, 0.9, 0.9), mask(100, 0.9, 0.9));
    const found = [mask(0, 0.95, 0.96), mask(52, 0.95, 0.97)];
    expect(misses.prompts(found).map(({ imageBox }) => imageBox!.x / 3.125)).toEqual([100]);
  });
});
