import { describe, expect, it } from 'vitest';
import type { BatchDecoder } from '../../src/inference/everything/find-regions.ts';
import { findSubject } from '../../src/inference/subject/find-subject.ts';
import { mapBlobs, mapPrompts } from '../../src/inference/subject/map-prompts.ts';
import { subjectMap } from '../../src/inference/subject/subject-map.ts';
import { LOGITS_SIDE } from '../../src/shared/engine-contract.ts';
import { both, box, circle, geometryOf, logitsOf, without, type Shape } from './synthetic-logits.ts';

const geometry = geometryOf(800, 400);
const SIZE_CELLS = { width: 256, height: 128 };
const CELLS = LOGITS_SIDE * LOGITS_SIDE;
const LEFT = circle(300, 260, 120);
const RIGHT = circle(724, 260, 120);

/** 0.95 inside, 0.05 outside. */
const mapOf = (shape: Shape) => logitsOf(shape).map((logit) => (logit > 0 ? 0.95 : 0.05));
const toModel = ({ x, y }: { x: number; y: number }) => [(x * 1024) / 800, (y * 512) / 400] as const;

describe('prompts from a map of the subject', () => {
  it('clicks on what is likely, and boxes it to a cell', () => {
    const prompts = mapPrompts(mapOf(LEFT), SIZE_CELLS, geometry);
    for (const point of prompts.flatMap(({ points }) => points))
      expect(LEFT(...toModel(point))).toBeGreaterThan(0);
    const boxes = prompts.flatMap((prompt) => prompt.box ?? []);
    expect(boxes.length).toBeGreaterThan(0);
    for (const { x, y, width, height } of boxes) {
      const [left, top] = toModel({ x, y });
      const [right, bottom] = toModel({ x: x + width, y: y + height });
      for (const [is, be] of [
        [left, 180],
        [top, 140],
        [right, 420],
        [bottom, 380],
      ] as const)
        expect(Math.abs(is - be)).toBeLessThanOrEqual(4);
    }
  });

  it('asks for two things one by one and together', () => {
    const map = mapOf(both(LEFT, RIGHT));
    expect(mapBlobs(map, SIZE_CELLS)).toHaveLength(2);
    const widths = mapPrompts(map, SIZE_CELLS, geometry).flatMap((prompt) => prompt.box?.width ?? []);
    const narrow = (240 * 800) / 1024;
    const wide = (664 * 800) / 1024;
    expect(widths.filter((width) => Math.abs(width - narrow) < 7).length).toBeGreaterThanOrEqual(2);
    expect(widths.filter((width) => Math.abs(width - wide) < 7)).toHaveLength(1);
  });

  it('asks nothing where nothing is likely', () => {
    expect(mapPrompts(new Float32Array(CELLS), SIZE_CELLS, geometry)).toEqual([]);
  });
});

describe('finding the subject by a map', () => {
  const shapes = [without(without(box(-9, -9, 1033, 521), LEFT), RIGHT), LEFT, RIGHT];
  /** Answers with what lies below the middle of a prompt. */
  const decoder: BatchDecoder<null> = {
    decodeBatch(_, prompts) {
      const logits = Array.from({ length: prompts.length * 4 }, () => new Float32Array(CELLS).fill(-20));
      prompts.forEach(({ coords, labels }, prompt) => {
        const isBox = labels[0] === 2;
        const x = isBox ? (coords[0]! + coords[2]!) / 2 : coords[0]!;
        const y = isBox ? (coords[1]! + coords[3]!) / 2 : coords[1]!;
        const shape = shapes.find((candidate) => candidate(x, y) > 0);
        if (shape) logits[prompt * 4 + 1]!.set(logitsOf(shape).map((logit) => logit * 8));
      });
      return Promise.resolve({ logits, predictedIous: new Float32Array(prompts.length * 4).fill(0.95) });
    },
  };

  it.each([
    ['left', LEFT],
    ['right', RIGHT],
  ])('takes the %s one of two things that are alike when the map says so', async (_, meant) => {
    const [first] = await findSubject(decoder, null, geometry, { map: mapOf(meant) });
    const expected = logitsOf(meant);
    for (let cell = 0; cell < 128 * LOGITS_SIDE; cell++)
      if (first!.logits[cell]! > 0 !== expected[cell]! > 0) expect.fail(`cell ${cell}`);
  });
});

describe('the map of an embedding', () => {
  it('is a likelihood on the image and nothing beyond it', () => {
    const embedding = Float32Array.from({ length: 256 * 64 * 64 }, (_, i) => Math.sin(i * 1.7) * 0.2);
    const map = subjectMap(embedding, { width: 1024, height: 512 });
    expect(map.every((likely) => likely >= 0 && likely <= 1)).toBe(true);
    expect(map.subarray(128 * LOGITS_SIDE).every((likely) => likely === 0)).toBe(true);
    expect(map.subarray(0, 128 * LOGITS_SIDE).every((likely) => likely > 0)).toBe(true);
  });
});
