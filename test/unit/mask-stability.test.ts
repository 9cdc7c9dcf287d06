import { describe, expect, it } from 'vitest';
import { stabilityScore } from '../../src/inference/mask/stability.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { sharedFolder } from '../shared-folder.ts';
import { referenceMasks } from './reference-masks.ts';

describe('stabilityScore', () => {
  it('counts what lies above both thresholds', () => {
    expect(stabilityScore(Float32Array.of(-2, -1, -0.5, 0.5, 1, 2, 3))).toBe(2 / 5);
    expect(stabilityScore(Float32Array.of(-2, -1, -0.5, 0.5, 1, 2, 3), 0)).toBe(1);
    expect(stabilityScore(Float32Array.of(-2, -1, 1, 2, 3), 2.5)).toBe(1 / 5);
  });

  it('is 0 for an empty mask', () => {
    expect(stabilityScore(Float32Array.of(-5, -1))).toBe(0);
  });
});

const reference = sharedFolder('reference');
describe.skipIf(reference.missing)(`stabilityScore and the reference${reference.label}`, () => {
  it('agrees on full-size logits', () => {
    for (const { name, geometry, logits, stability } of referenceMasks()) {
      expect(stabilityScore(upsampleLogits(logits, geometry)), name).toBeCloseTo(stability, 3);
    }
  });
});
