import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepEmbedding, restoreEmbedding } from '../../src/inference/kept-embedding.ts';

const CHANNELS = 256;
const CELLS = 64 * 64;
const KEY = { imageId: 'ab'.repeat(32), modelId: 0xfedcba98 };

/** Channels of very different ranges, as those of an encoder are; the first is the same everywhere. */
function embedding(seed: number): Float32Array {
  const random = mulberry(seed);
  const values = new Float32Array(CHANNELS * CELLS);
  for (let channel = 0; channel < CHANNELS; channel++) {
    const [centre, spread] = [random() * 4 - 2, channel === 0 ? 0 : 10 ** (random() * 4 - 3)];
    for (let i = 0; i < CELLS; i++) values[channel * CELLS + i] = centre + spread * (random() - 0.5);
  }
  return values;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a kept embedding', () => {
  it('comes back to half a step of its channel, in half of the size', () => {
    const values = embedding(1);
    const kept = keepEmbedding(values, KEY);
    expect(kept.length).toBeLessThan(values.byteLength / 1.99);
    const restored = restoreEmbedding(kept, KEY)!;
    expect(restored.length).toBe(values.length);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const own = values.subarray(channel * CELLS, (channel + 1) * CELLS);
      const range = Math.max(...own) - Math.min(...own);
      const tolerance = range / 131_070 + 1e-6 * Math.max(...own.map(Math.abs));
      let worst = 0;
      own.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value - restored[channel * CELLS + i]!));
      });
      expect(worst).toBeLessThanOrEqual(tolerance);
    }
  });

  it('is read wherever it lies in memory', () => {
    const kept = keepEmbedding(embedding(2), KEY);
    const shifted = new Uint8Array(kept.length + 1);
    shifted.set(kept, 1);
    const [there, here] = [shifted.subarray(1), kept].map((bytes) => restoreEmbedding(bytes, KEY)!.buffer);
    expect(Buffer.compare(Buffer.from(there!), Buffer.from(here!))).toBe(0);
  });

  it('is refused for another image or model, when cut off, or changed in any byte', () => {
    const kept = keepEmbedding(embedding(3), KEY);
    expect(restoreEmbedding(kept, { ...KEY, imageId: 'ac'.repeat(32) })).toBeNull();
    expect(restoreEmbedding(kept, { ...KEY, modelId: 1 })).toBeNull();
    for (const length of [0, 11, 48, kept.length - 1])
      expect(restoreEmbedding(kept.subarray(0, length), KEY)).toBeNull();
    expect(restoreEmbedding(Uint8Array.of(...kept.subarray(0, 100)), KEY)).toBeNull();
    fc.assert(
      fc.property(fc.nat(kept.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = kept.slice();
        damaged[at]! ^= change;
        return restoreEmbedding(damaged, KEY) === null;
      }),
      { numRuns: 60 },
    );
  });
});
