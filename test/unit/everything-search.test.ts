import { describe, expect, it } from 'vitest';
import {
  findRegions,
  type BatchDecoder,
  type RegionMethod,
} from '../../src/inference/everything/find-regions.ts';
import { SearchProgress } from '../../src/inference/everything/search-progress.ts';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { box, both, circle, logitsOf, without, type Shape } from './synthetic-logits.ts';

const geometry = { imageSizePx: { width: 800, height: 400 }, modelSizePx: { width: 1024, height: 512 } };
const METHODS: RegionMethod[] = ['grid', 'hierarchical', 'default'];

/** What there is to find, in model pixels; a later one lies on those before. */
const SHAPES: Shape[] = [
  box(0, 0, 1024, 300),
  circle(300, 150, 100),
  circle(320, 160, 30),
  circle(700, 400, 80),
  box(852, 320, 992, 480),
];

/** 4 for each model pixel from the edge, so that small masks are stable too. */
const steepLogits = (shape: Shape) => logitsOf(shape).map((logit) => 8 * logit);

/**
 * Answers a point with the topmost shape there and no other mask; where there is none with nothing worth keeping.
 * @param predictedIou of the answer, which a box may change
 * @param maxLogit how certain its masks are
 */
function shapeDecoder(
  shapes: readonly Shape[] = SHAPES,
  predictedIou: (isBox: boolean) => number = () => 0.95,
  maxLogit = Infinity,
) {
  const asked: [x: number, y: number][] = [];
  const boxes: { point: number[]; corners: number[] }[] = [];
  const masks = shapes.map((shape) => steepLogits(shape).map((logit) => Math.min(logit, maxLogit)));
  const decoder: BatchDecoder<null> = {
    decodeBatch(_, prompts) {
      const logits = Array.from({ length: prompts.length * 4 }, () => new Float32Array(65536));
      const predictedIous = new Float32Array(prompts.length * 4);
      prompts.forEach(({ coords, labels }, prompt) => {
        const [x, y] = [coords[0]!, coords[1]!];
        const isBox = labels[1] === 2 && labels[2] === 3;
        if (isBox) boxes.push({ point: [x, y], corners: [...coords.slice(2, 6)] });
        else asked.push([x, y]);
        const topmost = shapes.reduce((top, shape, i) => (shape(x, y) > 0 ? i : top), -1);
        if (topmost === -1) return;
        logits[prompt * 4 + 1]!.set(masks[topmost]!);
        predictedIous[prompt * 4 + 1] = predictedIou(isBox);
      });
      return Promise.resolve({ logits, predictedIous });
    },
  };
  return { decoder, asked, boxes };
}

function iou(a: Float32Array, b: Float32Array): number {
  let [common, either] = [0, 0];
  a.forEach((logit, i) => {
    common += Number(logit > 0 && b[i]! > 0);
    either += Number(logit > 0 || b[i]! > 0);
  });
  return common / either;
}

describe.each(METHODS)('finding regions, %s', (method) => {
  it('finds each shape once', async () => {
    const { decoder } = shapeDecoder();
    const regions = await findRegions(decoder, null, geometry, { method });
    expect(regions).toHaveLength(SHAPES.length);
    for (const shape of SHAPES) {
      const best = Math.max(...regions.map(({ logits }) => iou(logits, logitsOf(shape))));
      expect(best).toBeGreaterThan(0.99);
    }
    for (const { imagePoint } of regions) {
      expect(imagePoint.x > 0 && imagePoint.x < 800 && imagePoint.y > 0 && imagePoint.y < 400).toBe(true);
    }
  });

  it('finds nothing where there is nothing', async () => {
    expect(await findRegions(shapeDecoder([]).decoder, null, geometry, { method })).toEqual([]);
  });

  it('says how far it is, never backwards, with what has been found', async () => {
    const { decoder, asked } = shapeDecoder();
    const fractions: number[] = [];
    const counts: number[] = [];
    let remainingMs: number | null = null;
    await findRegions(decoder, null, geometry, {
      method,
      onProgress: (progress) => {
        fractions.push(progress.fraction);
        counts.push(progress.regions.length);
        remainingMs = progress.remainingMs;
      },
    });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBeGreaterThan(0);
    expect(fractions.at(-1)).toBe(1);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).toBeGreaterThanOrEqual(SHAPES.length);
    expect(remainingMs).toBe(0);
    // Often enough for a cancel to be heard and a result to be seen.
    expect(fractions.length).toBeGreaterThanOrEqual(asked.length);
  });

  it('stops asking once it is cancelled', async () => {
    const { decoder, asked } = shapeDecoder();
    const source = new CancelSource();
    const search = findRegions(decoder, null, geometry, {
      method,
      signal: source.signal,
      // As a message does: between two tasks.
      onProgress: () => {
        if (asked.length === 20) setTimeout(() => source.abort(), 0);
      },
    });
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked.length).toBeLessThanOrEqual(22);
  });

  it('hears a cancel before it asks at all', async () => {
    const { decoder, asked } = shapeDecoder();
    const source = new CancelSource();
    source.abort();
    const search = findRegions(decoder, null, geometry, { method, signal: source.signal });
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toEqual([]);
  });
});

describe('the prompts of a search', () => {
  it('are all of the grid', async () => {
    const { decoder, asked } = shapeDecoder();
    await findRegions(decoder, null, geometry, { method: 'grid' });
    expect(new Set(asked.map(String)).size).toBe(1024);
  });

  it('are, hierarchically, 64 and those of the grid that are in no certain area', async () => {
    const { decoder, asked } = shapeDecoder();
    const settings = { maxPoints: Infinity, maxPrompts: Infinity };
    await findRegions(decoder, null, geometry, { method: 'hierarchical', settings });
    const second = asked.slice(64);
    const certain = (x: number, y: number) => SHAPES.some((shape) => shape(x, y) > 2 + 6);
    expect(second.filter(([x, y]) => certain(x, y))).toEqual([]);
    const outside = Array.from({ length: 1024 }, (_, i) => [
      ((i % 32) + 0.5) * 32,
      (Math.floor(i / 32) + 0.5) * 16,
    ]).filter(([x, y]) => SHAPES.every((shape) => shape(x!, y!) < 2 - 6));
    const askedKeys = new Set(second.map(String));
    expect(outside.every((point) => askedKeys.has(String(point)))).toBe(true);
  });

  it('spare what masks are certain of that are not good enough to be found', async () => {
    const wholeImage = box(-100, -100, 1200, 700);
    const { decoder, asked } = shapeDecoder([wholeImage], () => 0.85);
    expect(await findRegions(decoder, null, geometry, { method: 'hierarchical' })).toEqual([]);
    expect(asked.length).toBe(64);
    const published = shapeDecoder([wholeImage], () => 0.85);
    await findRegions(published.decoder, null, geometry, {
      method: 'hierarchical',
      referenceCompatible: true,
    });
    expect(published.asked.length).toBeGreaterThan(900);
    expect(published.boxes).toEqual([]);
  });

  it('are, hierarchically, once more for what nearly passed, by its point and its box', async () => {
    const nearly = (isBox: boolean) => (isBox ? 0.95 : 0.85);
    const { decoder, boxes } = shapeDecoder(SHAPES, nearly);
    const regions = await findRegions(decoder, null, geometry, { method: 'hierarchical' });
    expect(regions).toHaveLength(SHAPES.length);
    expect(boxes).toHaveLength(SHAPES.length);
    for (const [left, top, right, bottom] of [
      [0, 0, 1024, 300],
      [200, 50, 400, 250],
      [852, 320, 992, 480],
    ]) {
      const nearest = boxes.find(({ corners }) =>
        [left, top, right, bottom].every((side, i) => Math.abs(corners[i]! - side!) <= 4),
      );
      const [x, y] = nearest!.point;
      expect(x! > left! && x! < right! && y! > top! && y! < bottom!).toBe(true);
    }
    const withoutThem = shapeDecoder(SHAPES, nearly);
    expect(await findRegions(withoutThem.decoder, null, geometry, { method: 'grid' })).toEqual([]);
    expect(withoutThem.boxes).toEqual([]);
  });

  it('are, hierarchically, half of the grid at most, however much there is', async () => {
    // A checkerboard of which nothing is certain, and everything nearly passes.
    const tiles = Array.from({ length: 256 }, (_, i) => {
      const [x, y] = [(i % 16) * 64, Math.floor(i / 16) * 32];
      return box(x + 4, y + 4, x + 60, y + 28);
    });
    const { decoder, asked, boxes } = shapeDecoder(tiles, () => 0.85, 9);
    const fractions: number[] = [];
    await findRegions(decoder, null, geometry, {
      method: 'hierarchical',
      onProgress: ({ fraction }) => void fractions.push(fraction),
    });
    expect(asked.length + boxes.length).toBe(512);
    expect(boxes.length).toBeGreaterThan(100);
    expect(new Set(boxes.map(({ corners }) => String(corners))).size).toBe(boxes.length);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('are few by default, and end when all is explained', async () => {
    const many = shapeDecoder();
    await findRegions(many.decoder, null, geometry, { settings: { maxPrompts: 80 } });
    expect(many.asked.length).toBe(80);
    const covered = shapeDecoder([box(-100, -100, 1200, 700)]);
    await findRegions(covered.decoder, null, geometry);
    expect(covered.asked.length).toBe(64);
  });
});

describe('a region that is found', () => {
  const dusty = both(without(circle(300, 250, 200), circle(300, 250, 7)), circle(900, 250, 8));

  it('has lost its small islands and holes', async () => {
    const [region] = await findRegions(shapeDecoder([dusty]).decoder, null, geometry, { method: 'grid' });
    expect(iou(region!.logits, logitsOf(circle(300, 250, 200)))).toBeGreaterThan(0.99);
    expect(region!.logits[62 * 256 + 225]).toBeLessThan(0);
    expect(region!.logits[62 * 256 + 75]).toBeGreaterThan(0);
  });

  it('is as it came in compatible mode', async () => {
    const [region] = await findRegions(shapeDecoder([dusty]).decoder, null, geometry, {
      method: 'grid',
      referenceCompatible: true,
    });
    expect(region!.logits).toEqual(steepLogits(dusty));
  });
});

describe('the estimate of the time left', () => {
  it('goes by the time that prompts have taken', () => {
    let nowMs = 1000;
    const progress = new SearchProgress(() => nowMs);
    expect(progress.after(0, 100)).toEqual({ fraction: 0, remainingMs: null });
    nowMs = 2000;
    expect(progress.after(10, 90)).toEqual({ fraction: 0.1, remainingMs: 9000 });
    // More to do than was thought.
    nowMs = 3000;
    expect(progress.after(20, 380)).toEqual({ fraction: 0.1, remainingMs: 38_000 });
  });
});
