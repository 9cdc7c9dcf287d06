import { describe, expect, it } from 'vitest';
import { newParameters, PARAMETERS, type Parameters } from '../../models/subject-head/head-shape.ts';
import { addGradients, runHead } from '../../models/subject-head/head.ts';
import { packWeights } from '../../models/subject-head/pack-weights.ts';
import { Random } from '../../models/subject-head/random.ts';
import { HEAD_PARAMETERS } from '../../src/inference/subject/head-shape.ts';
import { readHeadWeights } from '../../src/inference/subject/read-head-weights.ts';
import { runSubjectHead } from '../../src/inference/subject/subject-head.ts';

const SIZE = { width: 20, height: 32 };

function randomWeights(random: Random): Parameters {
  const weights = newParameters();
  for (const [name, , columns] of PARAMETERS)
    weights[name].forEach((_, i) => (weights[name][i] = random.normal() / Math.sqrt(columns)));
  return weights;
}

/** Of the engine's layout [256, 64, 64], with four equal values where the trainer's [1024, 256] has their mean. */
function twoEmbeddings(random: Random) {
  const engine = new Float32Array(256 * 64 * 64);
  const trainer = new Float32Array(1024 * 256).map(() => random.normal());
  for (let at = 0; at < engine.length; at++) {
    const [channel, y, x] = [at >> 12, (at >> 6) & 63, at & 63];
    engine[at] = trainer[((y >> 1) * 32 + (x >> 1)) * 256 + channel]!;
  }
  return { engine, trainer };
}

describe('the head', () => {
  it('computes what is computed by hand', () => {
    const weights = newParameters();
    // Feature 0 is channel 5; what counts is how far a cell is above the mean of the 7 x 7 cells around it.
    weights.project[5] = 1;
    weights.local[0] = 1;
    weights.local[2 * 24] = -1;
    weights.second[0] = 1;
    weights.out[0] = 2;
    weights.outBias[0] = -1;
    const embedding = new Float32Array(256 * 64 * 64);
    // The four cells of the embedding below cell (10, 12) of the head.
    for (const [x, y] of [
      [20, 24],
      [21, 24],
      [20, 25],
      [21, 25],
    ] as const)
      embedding[(5 * 64 + y) * 64 + x] = 3;
    const logits = runSubjectHead(weights, embedding, SIZE);
    expect(logits[12 * 32 + 10]).toBeCloseTo(2 * (3 - 3 / 49) - 1, 5);
    expect(logits[12 * 32 + 11]).toBe(-1);
    expect(logits[12 * 32 + 25]).toBe(0);
  });

  it('says in the engine what it says in training', () => {
    const random = new Random(1);
    const weights = randomWeights(random);
    const { engine, trainer } = twoEmbeddings(random);
    const logits = runSubjectHead(weights, engine, SIZE);
    const trained = runHead(weights, trainer, SIZE).logits;
    const error = logits.reduce((most, logit, i) => Math.max(most, Math.abs(logit - trained[i]!)), 0);
    expect(error).toBeLessThan(1e-4);
    expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(0.1);
  });

  it('has the slopes that its differences have', () => {
    const random = new Random(2);
    const weights = randomWeights(random);
    const { trainer } = twoEmbeddings(random);
    const slopes = new Float32Array(1024).map(() => random.normal());
    const loss = () => {
      const { logits } = runHead(weights, trainer, SIZE);
      let sum = 0;
      for (let y = 0; y < 32; y++)
        for (let x = 0; x < 20; x++) sum += logits[y * 32 + x]! * slopes[y * 32 + x]!;
      return sum;
    };
    const gradients = newParameters();
    addGradients(weights, runHead(weights, trainer, SIZE), slopes, gradients);
    for (const [name] of PARAMETERS) {
      // Along the gradient itself, since a single slope is lost in what single precision rounds.
      const norm = Math.hypot(...gradients[name]);
      if (norm === 0) continue;
      const step = 1e-3;
      const move = (by: number) =>
        weights[name].forEach((value, i) => (weights[name][i] = value + (by * gradients[name][i]!) / norm));
      move(step);
      const above = loss();
      move(-2 * step);
      const below = loss();
      move(step);
      expect((above - below) / (2 * step) / norm, name).toBeCloseTo(1, 1);
    }
  });

  it('comes out of its packed form to a 65534th of the largest value of its row', () => {
    const weights = randomWeights(new Random(3));
    const read = readHeadWeights(packWeights(weights));
    for (const [name, [rows, columns]] of Object.entries(HEAD_PARAMETERS)) {
      const [was, is] = [weights[name as keyof Parameters], read[name as keyof Parameters]];
      expect(is.length).toBe(rows * columns);
      for (let row = 0; row < rows; row++) {
        const own = was.subarray(row * columns, (row + 1) * columns);
        const step = Math.max(...own.map(Math.abs)) / 32767;
        own.forEach((value, i) =>
          expect(Math.abs(value - is[row * columns + i]!)).toBeLessThanOrEqual(step * 0.51),
        );
      }
    }
    expect(() => readHeadWeights('AAAA')).toThrow(RangeError);
  });
});
