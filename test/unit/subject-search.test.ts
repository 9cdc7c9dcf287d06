import { describe, expect, it } from 'vitest';
import type { BatchDecoder } from '../../src/inference/everything/find-regions.ts';
import { findSubject } from '../../src/inference/subject/find-subject.ts';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { LOGITS_SIDE } from '../../src/shared/engine-contract.ts';
import { box, circle, geometryOf, logitsOf, without, type Shape } from './synthetic-logits.ts';

const geometry = geometryOf(800, 400);
const CELLS = LOGITS_SIDE * LOGITS_SIDE;
const IMAGE = box(-9, -9, 1033, 521);
const SUBJECT = circle(480, 260, 150);
const PART = circle(500, 240, 50);

/**
 * Plays the decoder: a point gives the topmost shape there, a box the largest that fits in it, as a good decoder would.
 * The first shape is the ground.
 */
function decoderOf(shapes: readonly Shape[]) {
  const masks = shapes.map((shape) => logitsOf(shape).map((logit) => logit * 8));
  let promptCount = 0;
  const decoder: BatchDecoder<null> = {
    decodeBatch(_, prompts) {
      promptCount += prompts.length;
      const logits = Array.from({ length: prompts.length * 4 }, () => new Float32Array(CELLS).fill(-20));
      const predictedIous = new Float32Array(prompts.length * 4);
      prompts.forEach(({ coords, labels }, prompt) => {
        const shape = labels[0] === 2 ? fitting(masks, coords) : topmost(shapes, coords[0]!, coords[1]!);
        if (shape < 0) return;
        for (const token of [0, 1]) {
          logits[prompt * 4 + token]!.set(masks[shape]!);
          predictedIous[prompt * 4 + token] = 0.95;
        }
      });
      return Promise.resolve({ logits, predictedIous });
    },
  };
  return { decoder, asked: () => promptCount };
}

function topmost(shapes: readonly Shape[], x: number, y: number): number {
  return shapes.reduce((top, shape, i) => (shape(x, y) > 0 ? i : top), -1);
}

function fitting(masks: readonly Float32Array[], [left, top, right, bottom]: Float32Array): number {
  let [best, largest] = [-1, 0];
  masks.forEach((mask, i) => {
    let area = 0;
    const isOutside = mask.some((logit, cell) => {
      if (!(logit > 0)) return false;
      area++;
      const [x, y] = [((cell % LOGITS_SIDE) + 0.5) * 4, (Math.floor(cell / LOGITS_SIDE) + 0.5) * 4];
      return x < left! || x > right! || y < top! || y > bottom!;
    });
    if (!isOutside && area > largest) [best, largest] = [i, area];
  });
  return best;
}

function iou(a: Float32Array, b: Float32Array): number {
  let [common, either] = [0, 0];
  for (let y = 0; y < 128; y++) {
    for (let x = 0; x < LOGITS_SIDE; x++) {
      const [inA, inB] = [a[y * LOGITS_SIDE + x]! > 0, b[y * LOGITS_SIDE + x]! > 0];
      common += Number(inA && inB);
      either += Number(inA || inB);
    }
  }
  return common / either;
}

const ground = without(IMAGE, SUBJECT);
const mirrored =
  (shape: Shape): Shape =>
  (x, y) =>
    shape(1024 - x, y);

describe('finding the subject', () => {
  it('finds the thing that stands on a ground, not its part, and a point on it', async () => {
    const { decoder, asked } = decoderOf([ground, SUBJECT, PART]);
    const [first] = await findSubject(decoder, null, geometry);
    expect(iou(first!.logits, logitsOf(SUBJECT))).toBeGreaterThan(0.98);
    const { x, y } = first!.imagePoint;
    expect(SUBJECT((x * 1024) / 800, (y * 512) / 400)).toBeGreaterThan(0);
    expect(asked()).toBeLessThanOrEqual(12);
  });

  it('finds what the background leaves when nobody answers for the thing itself', async () => {
    const [first] = await findSubject(decoderOf([ground]).decoder, null, geometry);
    expect(iou(first!.logits, logitsOf(SUBJECT))).toBeGreaterThan(0.98);
  });

  it('proposes few, best first, and none like another', async () => {
    const proposals = await findSubject(decoderOf([ground, SUBJECT, PART]).decoder, null, geometry);
    expect(proposals.length).toBeLessThanOrEqual(3);
    const scores = proposals.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    proposals.forEach((a, i) => {
      for (const b of proposals.slice(i + 1)) expect(iou(a.logits, b.logits)).toBeLessThanOrEqual(0.7);
    });
  });

  it('finds the mirror image of it in the mirror image', async () => {
    const shapes = [ground, SUBJECT, PART];
    const [plain] = await findSubject(decoderOf(shapes).decoder, null, geometry);
    const [flipped] = await findSubject(decoderOf(shapes.map(mirrored)).decoder, null, geometry);
    const back = Float32Array.from(plain!.logits, (_, cell) => {
      const x = cell % LOGITS_SIDE;
      return flipped!.logits[cell - x + LOGITS_SIDE - 1 - x]!;
    });
    expect(iou(plain!.logits, back)).toBe(1);
  });

  it('finds nothing where the decoder sees nothing', async () => {
    expect(await findSubject(decoderOf([]).decoder, null, geometry)).toEqual([]);
  });

  it('says how far it is, never backwards, to the end', async () => {
    const fractions: number[] = [];
    await findSubject(decoderOf([ground, SUBJECT]).decoder, null, geometry, {
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('stops asking once it is cancelled', async () => {
    const { decoder, asked } = decoderOf([ground, SUBJECT]);
    const source = new CancelSource();
    const search = findSubject(decoder, null, geometry, {
      signal: source.signal,
      onProgress: () => source.abort(),
    });
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked()).toBe(2);
  });
});
