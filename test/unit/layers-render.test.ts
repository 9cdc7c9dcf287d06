import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupLayers } from '../../src/inference/layers/group-layers.ts';
import { layerOutlineLogits, uniteFields } from '../../src/inference/layers/layer-outline.ts';
import { nestRegions } from '../../src/inference/layers/nest-regions.ts';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import { sizeInCells } from '../../src/inference/matte/mask-geometry.ts';
import { wholeAlpha, type Matte } from '../../src/inference/matte/matte.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import type { Size } from '../../src/shared/affine.ts';
import { tracePaths } from './trace-paths.ts';
import { mattesOf, opacityOf, regionOf } from './layer-pictures.ts';
import { blobLogits, randomBlobs } from './random-blobs.ts';
import { renderPaths } from './render-path.ts';
import { box, circle, geometryOf, without, type Shape } from './synthetic-logits.ts';

const SIZES = [
  [640, 400],
  [150, 220],
  [90, 60],
  [1300, 700],
] as const;
const sizes = fc.constantFrom(...SIZES);
const scenes = fc.array(randomBlobs, { minLength: 1, maxLength: 6 });

function nestBlobs(blobs: Parameters<typeof blobLogits>[0][], geometry: ReturnType<typeof geometryOf>) {
  const regions = blobs.map((bumps) => ({ logits: blobLogits(bumps), predictedIou: 1, stabilityScore: 1 }));
  return nestRegions(regions, sizeInCells(geometry.modelSizePx));
}

/** Regions of a scene in up to three groups, some left out. */
function grouped(ids: readonly number[], seed: number): number[][] {
  const groups: number[][] = [[], [], []];
  for (const [i, id] of ids.entries()) groups[(i * seed + seed) % 4]?.push(id);
  return groups.filter(({ length }) => length > 0);
}

/** Blots of colour with noise over them: its edges are anywhere but at those of the masks. */
function noisyPicture({ width, height }: Size, seed: number): RgbaImage {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
    const blot = Math.sin(x / (9 + seed)) * Math.cos(y / (13 - seed)) > 0 ? 150 : 60;
    return i % 4 === 3 ? 255 : blot + ((i * 7919) % 53);
  });
  return { width, height, data };
}

/** Whether an edge is off by more than a tenth of a model pixel: logits of these shapes are half the distance in model pixels. */
function isOff(alpha: number, logit: number): boolean {
  return alpha >= 128 !== logit > 0 && Math.abs(logit) > 0.05;
}

/** Of the pixels of the image: 1 in the matte. */
function insideOf(matte: Matte, size: Size): Uint8Array {
  return wholeAlpha(matte, size).map((alpha) => (alpha >= 128 ? 1 : 0));
}

describe('the layers of a picture', () => {
  it('are opaque over one another at every pixel, whatever is nested, left out, merged or in the picture', () => {
    fc.assert(
      fc.property(scenes, sizes, fc.nat(5), (blobs, [width, height], seed) => {
        const geometry = geometryOf(width, height);
        const nested = nestBlobs(blobs, geometry);
        const ids = nested.map(({ id }) => id);
        const picture = noisyPicture(geometry.imageSizePx, seed);
        for (const groups of [ids.map((id) => [id]), grouped(ids, seed)]) {
          const layers = mattesOf(nested, groups, geometry, picture);
          const opacity = opacityOf(
            layers.map(({ matte }) => matte),
            geometry.imageSizePx,
          );
          expect(opacity.findIndex((share) => share < 1 - 0.5 / 255)).toBe(-1);
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it('share no pixel but in a narrow band along their edges', () => {
    const geometry = geometryOf(1300, 700);
    const scene = [box(100, 100, 500, 450), circle(300, 250, 80), circle(480, 300, 120)].map((shape) =>
      regionOf(shape),
    );
    const nested = nestRegions(scene, sizeInCells(geometry.modelSizePx));
    const layers = mattesOf(
      nested,
      nested.map(({ id }) => [id]),
      geometry,
    );
    expect(layers).toHaveLength(4);
    const shown = new Uint8Array(1300 * 700);
    for (const { matte } of layers) {
      matte.alpha.forEach((alpha, i) => {
        if (alpha === 0) return;
        const { x, y, width } = matte.imageRect;
        shown[(y + Math.floor(i / width)) * 1300 + x + (i % width)]!++;
      });
    }
    // Edges of about 3300 px in all, with bands of 6 px.
    const sharedCount = shown.reduce((count, times) => count + (times > 1 ? 1 : 0), 0);
    expect(sharedCount).toBeLessThan(3300 * 7);
    expect(shown.every((times) => times >= 1)).toBe(true);
  });

  it.each([
    ['in its own size', 400],
    ['fitted at a fraction of its size', 1300],
  ])('have the edges that the picture shows near those of the masks, %s', (_, side) => {
    const geometry = geometryOf(side, side);
    const size = geometry.imageSizePx;
    const [plate, fig] = [circle(512, 512, 360), circle(560, 480, 150)];
    const modelPx = 1024 / side;
    const isIn = (shape: Shape, i: number) =>
      shape(((i % side) + 0.5) * modelPx, (Math.floor(i / side) + 0.5) * modelPx) > 0;
    const data = Uint8Array.from({ length: side * side * 4 }, (_, i) => {
      const colour = isIn(fig, i >> 2)
        ? [170, 40, 60, 255]
        : isIn(plate, i >> 2)
          ? [230, 225, 215, 255]
          : [60, 90, 70, 255];
      return colour[i % 4]! - (i % 4 === 3 ? 0 : (i * 7919) % 11);
    });
    // Masks that are too small and too large by more than a cell.
    const regions = [regionOf((x, y) => plate(x, y) - 7), regionOf((x, y) => fig(x, y) + 7)];
    const nested = nestRegions(regions, sizeInCells(geometry.modelSizePx));
    const groups = [[0], [1]];
    const wrongPixels = (layers: ReturnType<typeof mattesOf>) => {
      const [front, middle, back] = layers.map(({ matte }) => insideOf(matte, size));
      let count = 0;
      for (let i = 0; i < side * side; i++) {
        const seen = front![i] ? fig : middle![i] ? plate : back![i] ? null : undefined;
        const is = isIn(fig, i) ? fig : isIn(plate, i) ? plate : null;
        if (seen !== is) count++;
      }
      return count;
    };
    const fitted = mattesOf(nested, groups, geometry, { width: side, height: side, data });
    expect(fitted.map(({ groupIndex }) => groupIndex)).toEqual([1, 0, null]);
    expect(wrongPixels(fitted)).toBeLessThan(0.1 * wrongPixels(mattesOf(nested, groups, geometry)));
  });

  it('have the edge of the mask they come from where the picture shows none, to a fraction of a pixel', () => {
    const geometry = geometryOf(1300, 700);
    const region = regionOf(circle(300, 250, 120));
    const nested = nestRegions([region], sizeInCells(geometry.modelSizePx));
    const [object] = mattesOf(nested, [[0]], geometry);
    const { alpha, imageRect } = object!.matte;
    const upsampled = upsampleLogits(region.logits, geometry, imageRect);
    expect(alpha.findIndex((a, i) => isOff(a, upsampled[i]!))).toBe(-1);
  });

  it('keep the edge of the mask beside a neighbour that does not quite touch it', () => {
    const geometry = geometryOf(1300, 700);
    const region = regionOf(circle(400, 280, 120));
    const around = regionOf(without(box(40, 40, 900, 500), circle(400, 280, 127)));
    const nested = nestRegions([region, around], sizeInCells(geometry.modelSizePx));
    const [object] = mattesOf(nested, [[0], [1]], geometry);
    expect(object!.groupIndex).toBe(0);
    const { alpha, imageRect } = object!.matte;
    const upsampled = upsampleLogits(region.logits, geometry, imageRect);
    expect(alpha.findIndex((a, i) => isOff(a, upsampled[i]!))).toBe(-1);
  });

  it('do not show on the other side of a layer above', () => {
    // A bar across a square: what is left of the square lies on both sides of it, and nothing in between.
    const geometry = geometryOf(1024, 1024);
    const nested = nestRegions(
      [regionOf(box(200, 200, 800, 800)), regionOf(box(100, 450, 900, 550))],
      sizeInCells(geometry.modelSizePx),
    );
    const [, square] = mattesOf(nested, [[0], [1]], geometry);
    const { alpha, imageRect } = square!.matte;
    const alphaAt = (x: number, y: number) => alpha[(y - imageRect.y) * imageRect.width + x - imageRect.x];
    expect(square!.groupIndex).toBe(0);
    expect(alphaAt(500, 300)).toBe(255);
    expect(alphaAt(500, 447)).toBe(255);
    expect(alphaAt(500, 460)).toBe(0);
    expect(alphaAt(500, 500)).toBe(0);
  });
});

describe('the outlines of a picture', () => {
  it('leave no gap when they are filled one over the other', () => {
    fc.assert(
      fc.property(scenes, fc.nat(5), (blobs, seed) => {
        const geometry = geometryOf(320, 200);
        const sizeCells = sizeInCells(geometry.modelSizePx);
        const nested = nestBlobs(blobs, geometry);
        const ids = nested.map(({ id }) => id);
        for (const groups of [ids.map((id) => [id]), grouped(ids, seed)]) {
          const layers = groupLayers(nested, groups, sizeCells, (fields) =>
            layerOutlineLogits(fields, 1, sizeCells),
          );
          const paths = [...layers].flatMap(({ parts }) =>
            tracePaths(uniteFields(parts), geometry, null, 0.5),
          );
          const coverage = renderPaths(paths, geometry.imageSizePx);
          // Two antialiased edges, each of which may miss by the tolerance, and crumbs that are too small to trace.
          const open = coverage.filter((share) => share < 250).length;
          expect(open).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});
