import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeLayers } from '../../src/inference/layers/arrange-layers.ts';
import { chooseByDetail } from '../../src/inference/layers/choose-by-detail.ts';
import { nestRegions } from '../../src/inference/layers/nest-regions.ts';
import { stackRegions } from '../../src/inference/layers/stack-regions.ts';
import { tidyLabels } from '../../src/inference/layers/tidy-labels.ts';
import { sizeInCells } from '../../src/inference/matte/mask-geometry.ts';
import { regionOf } from './layer-pictures.ts';
import { blobLogits, randomBlobs } from './random-blobs.ts';
import { box, circle, geometryOf, without } from './synthetic-logits.ts';

const GEOMETRY = geometryOf(640, 400);
const CELLS = sizeInCells(GEOMETRY.modelSizePx);
const at = (x: number, y: number) => y * 256 + x;

/** A person with a head and an eye in it, a dog beside, and the dog once more. */
const PERSON = regionOf(box(100, 100, 300, 600));
const HEAD = regionOf(circle(200, 180, 60));
const EYE = regionOf(circle(210, 170, 14));
const DOG = regionOf(box(500, 300, 700, 500), 0.95);
const DOG_AGAIN = regionOf(box(505, 300, 700, 500), 0.8);
const SCENE = [EYE, DOG_AGAIN, HEAD, PERSON, DOG];

describe('nestRegions', () => {
  it('finds the parts of a whole, and keeps the better of two that are the same', () => {
    const nested = nestRegions(SCENE, CELLS);
    expect(nested.map(({ id, parentId, depth }) => ({ id, parentId, depth }))).toEqual([
      { id: 3, parentId: null, depth: 0 },
      { id: 4, parentId: null, depth: 0 },
      { id: 2, parentId: 3, depth: 1 },
      { id: 0, parentId: 2, depth: 2 },
    ]);
  });

  it('leaves out dust and what is all of the image', () => {
    expect(nestRegions([regionOf(circle(200, 200, 8)), regionOf(box(-50, -50, 2000, 2000))], CELLS)).toEqual(
      [],
    );
  });

  it('counts areas within the image only', () => {
    const [region] = nestRegions([regionOf(box(0, 500, 1024, 1024))], CELLS);
    // The image ends at model pixel 640, 35 rows of cells below 500, and one more row has a say.
    expect(region!.areaCells).toBe(256 * (CELLS.height - 125));
  });
});

describe('chooseByDetail', () => {
  it('goes from a few wholes to everything, and each level has all of the one before', () => {
    const shapes = Array.from({ length: 12 }, (_, i) => regionOf(box(20 + 80 * i, 10, 90 + 80 * i, 75)));
    const nested = nestRegions([...SCENE, ...shapes], CELLS);
    let before = chooseByDetail(nested, 0);
    expect(before.map(({ depth }) => depth)).toEqual([0, 0, 0]);
    for (const detail of [0.2, 0.4, 0.6, 0.8, 1]) {
      const now = chooseByDetail(nested, detail);
      expect(before.every((region) => now.includes(region))).toBe(true);
      for (const { parentId } of now) {
        expect(parentId === null || now.some(({ id }) => id === parentId)).toBe(true);
      }
      before = now;
    }
    expect(before).toEqual(nested);
    expect(chooseByDetail([], 0.5)).toEqual([]);
  });
});

describe('stackRegions', () => {
  it('puts parts over their whole', () => {
    const { labels, regions } = stackRegions(nestRegions(SCENE, CELLS), CELLS);
    const ownerAt = (x: number, y: number) => regions[labels[at(x, y)]! - 1]?.id ?? null;
    expect(ownerAt(50, 100)).toBe(3);
    expect(ownerAt(45, 55)).toBe(2);
    expect(ownerAt(52, 42)).toBe(0);
    expect(ownerAt(150, 100)).toBe(4);
    expect(ownerAt(220, 20)).toBeNull();
  });

  it('gives each cell to a region that holds it, the smallest, but for what was tidied away', () => {
    fc.assert(
      fc.property(fc.array(randomBlobs, { minLength: 1, maxLength: 6 }), (blobs) => {
        const regions = blobs.map((bumps) => ({
          logits: blobLogits(bumps),
          predictedIou: 1,
          stabilityScore: 1,
        }));
        const nested = nestRegions(regions, CELLS);
        const stack = stackRegions(nested, CELLS);
        let moved = 0;
        for (let y = 0; y < CELLS.height; y++) {
          for (let x = 0; x < CELLS.width; x++) {
            const holders = nested.filter(({ logits }) => logits[at(x, y)]! > 0);
            const owner = stack.regions[stack.labels[at(x, y)]! - 1];
            if (owner !== holders.at(-1)) moved++;
          }
        }
        expect(moved).toBeLessThan(0.05 * CELLS.width * CELLS.height);
        expect(stack.ownedCells.reduce((sum, count) => sum + count)).toBe(CELLS.width * CELLS.height);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it('leaves no gap of background between neighbours that do not quite touch', () => {
    const regions = [regionOf(box(100, 100, 300, 500)), regionOf(box(306, 100, 500, 500))];
    const { labels } = stackRegions(nestRegions(regions, CELLS), CELLS);
    const row = Array.from(labels.subarray(at(27, 60), at(123, 60)));
    expect(new Set(row)).toEqual(new Set([1, 2]));
  });

  it('leaves no rim of a whole around a part that nearly fills it', () => {
    const regions = [regionOf(circle(300, 300, 150)), regionOf(circle(300, 300, 143))];
    const nested = [...nestRegions([regions[0]!], CELLS), ...nestRegions([regions[1]!], CELLS)];
    const { labels, regions: left } = stackRegions(nested, CELLS);
    expect(left).toEqual([nested[1]]);
    expect(labels[at(75, 75)]).toBe(1);
  });
});

describe('tidyLabels', () => {
  const square = { width: 40, height: 40 };
  const labelled = (label: (x: number, y: number) => number) => {
    const labels = new Uint8Array(65536);
    for (let y = 0; y < 40; y++) for (let x = 0; x < 40; x++) labels[at(x, y)] = label(x, y);
    return labels;
  };

  it('leaves alone what is thin by nature', () => {
    const pole = labelled((x) => (x === 20 ? 1 : 0));
    const before = pole.slice();
    tidyLabels(pole, [true, false], square);
    expect(pole).toEqual(before);
  });

  it('gives crumbs to the neighbour they border on most', () => {
    const labels = labelled((x, y) => (x > 10 && x < 15 && y > 10 && y < 15 ? 2 : y < 14 ? 1 : 0));
    tidyLabels(labels, [true, true, true], square);
    expect(labels[at(12, 12)]).toBe(1);
    expect(labels.includes(2)).toBe(false);
  });
});

describe('arrangeLayers', () => {
  it('tells for each layer where it is and how much of the image it owns', () => {
    const nested = nestRegions(SCENE, CELLS);
    const { layers, labels } = arrangeLayers(nested, 1, GEOMETRY);
    const [person, dog] = layers;
    expect(person).toMatchObject({ id: 3, parentId: null });
    // 640 image pixels are 1024 model pixels wide.
    const { x, y, width, height } = person!.imageRect;
    expect([x, y, width, height].map((value) => Math.round((value * 1.6) / 4) * 4)).toEqual([
      100, 100, 200, 500,
    ]);
    expect(dog!.areaFraction).toBeCloseTo((200 * 200) / (1024 * 640), 2);
    const sum = layers.reduce((all, { areaFraction }) => all + areaFraction, 0);
    const background = Array.from({ length: CELLS.height }, (_, row) =>
      labels.subarray(at(0, row), at(CELLS.width, row)),
    ).reduce((count, row) => count + row.filter((label) => label === 0).length, 0);
    expect(sum + background / (CELLS.width * CELLS.height)).toBeCloseTo(1, 6);
  });

  it('places what lies on the very border within the image', () => {
    const { imageSizePx, modelSizePx } = geometryOf(1600, 1082);
    const strip = Float32Array.from({ length: 65536 }, (_, cell) => (cell >> 8 === 173 ? 5 : -5));
    const cells = sizeInCells(modelSizePx);
    expect(cells.height).toBe(174);
    const nested = nestRegions([{ logits: strip, predictedIou: 1, stabilityScore: 1 }], cells);
    const [layer] = arrangeLayers(nested, 1, { imageSizePx, modelSizePx }).layers;
    const { y, height } = layer!.imageRect;
    expect(height).toBeGreaterThan(0);
    expect(y + height).toBeLessThanOrEqual(1082);
  });

  it('names the nearest whole that is shown', () => {
    const whole = regionOf(box(50, 50, 900, 600));
    const ring = regionOf(without(box(60, 60, 500, 500), circle(300, 300, 30)));
    const nested = nestRegions([whole, ring, ...SCENE], CELLS);
    for (const detail of [0, 0.5, 1]) {
      const { layers } = arrangeLayers(nested, detail, GEOMETRY);
      const ids = layers.map(({ id }) => id);
      for (const { parentId } of layers) expect(parentId === null || ids.includes(parentId)).toBe(true);
    }
  });
});
