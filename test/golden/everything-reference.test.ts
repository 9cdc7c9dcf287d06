import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfidentArea } from '../../src/inference/everything/confident-area.ts';
import { findRegions, type BatchDecoder, type Region } from '../../src/inference/everything/find-regions.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { Network, type PreparedImage } from '../../src/inference/network.ts';
import { readNpy } from '../npy.ts';
import { sharedFolder } from '../shared-folder.ts';
import { engineReference, type ReferencePhoto } from './engine-reference.ts';
import { compiledPack, maxAbsDifference } from './model-runtime.ts';

/** TinySAM's hierarchical generator as published, on the same weights. Two photos: a search takes a minute. */
const PHOTOS = ['picture2', 'truck'];
const COARSE_POINTS = 64;
const HIGH_SCORE_THRESHOLD = 8.5;

interface ReferenceMask {
  /** Of the mask's columns one after the other: how often 0, then how often 1, and so on. */
  rle: { size: [height: number, width: number]; counts: number[] };
}

function pixelsOf({ rle: { size, counts } }: ReferenceMask): Uint8Array {
  const [height, width] = size;
  const pixels = new Uint8Array(height * width);
  let position = 0;
  counts.forEach((count, run) => {
    for (const end = position + count; position < end; position++) {
      if (run % 2 === 1) pixels[(position % height) * width + Math.floor(position / height)] = 1;
    }
  });
  return pixels;
}

function iouOf(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return both / either;
}

async function search(network: Network, photo: ReferencePhoto, embedding: Float32Array) {
  const [height, width] = photo.size_hw;
  const [modelHeight, modelWidth] = photo.resized.hw;
  const geometry: MaskGeometry = {
    imageSizePx: { width, height },
    modelSizePx: { width: modelWidth, height: modelHeight },
  };
  const askedModelPoints: [x: number, y: number][] = [];
  let firstRound: Region[] = [];
  const decoder: BatchDecoder<PreparedImage> = {
    decodeBatch(prepared, prompts, signal) {
      for (const { coords } of prompts) askedModelPoints.push([coords[0]!, coords[1]!]);
      return network.decodeBatch(prepared, prompts, signal);
    },
  };
  const regions = await findRegions(decoder, await network.prepare(embedding), geometry, {
    method: 'hierarchical',
    referenceCompatible: true,
    onProgress: ({ regions: soFar }) => {
      if (askedModelPoints.length === COARSE_POINTS) firstRound = [...soFar];
    },
  });
  return { geometry, askedModelPoints, firstRound, regions };
}

const reference = sharedFolder('reference');
describe.skipIf(reference.missing)(
  `hierarchical everything against the reference${reference.label}`,
  { timeout: 600_000 },
  () => {
    let network: Network;
    beforeAll(async () => {
      network = await Network.load(await compiledPack('fp32'));
    });
    afterAll(() => network.release());

    it('answers prompts together as it answers them alone', async () => {
      const { embedding } = engineReference()['picture2']!;
      const prepared = await network.prepare(readNpy(reference.path + embedding.file).values);
      const prompts = [200, 500, 800].map((side) => ({
        coords: Float32Array.of(side, side, 0, 0),
        labels: Float32Array.of(1, -1),
        tokenCount: 2,
        modelSizePx: { width: 1024, height: 1024 },
      }));
      const together = await network.decodeBatch(prepared, prompts);
      for (const [i, prompt] of prompts.entries()) {
        const alone = await network.decode(prepared, prompt, null);
        alone.logits.forEach((logits, token) =>
          expect(maxAbsDifference(together.logits[4 * i + token]!, logits)).toBeLessThan(1e-3),
        );
        const predictedIous = together.predictedIous.subarray(4 * i, 4 * (i + 1));
        expect(maxAbsDifference(predictedIous, alone.predictedIous)).toBeLessThan(1e-5);
      }
    });

    it.each(PHOTOS)('%s: the same certain area, the same second round, the same masks', async (name) => {
      const photo = engineReference()[name]!;
      const file = (path: string) => `${reference.path}${name}/${path}`;
      const { values: embedding } = readNpy(reference.path + photo.embedding.file);
      const { geometry, askedModelPoints, firstRound, regions } = await search(network, photo, embedding);

      const area = new ConfidentArea(geometry, HIGH_SCORE_THRESHOLD);
      for (const { logits } of firstRound) area.add(logits);
      const isCertain = Uint8Array.from(upsampleLogits(area.largestLogits, geometry), (logit) =>
        logit > HIGH_SCORE_THRESHOLD ? 1 : 0,
      );
      const expectedArea = await sharp(file('hier_highconf.png')).greyscale().raw().toBuffer();
      const areaIou = iouOf(
        isCertain,
        expectedArea.map((value) => (value > 0 ? 1 : 0)),
      );
      expect(areaIou).toBeGreaterThanOrEqual(0.99);

      // As shares of the image's sides; a thousandth of a side is a pixel or so.
      const keyOf = (x: number, y: number) => `${x.toFixed(3)} ${y.toFixed(3)}`;
      const { width, height } = geometry.modelSizePx;
      const secondRound = askedModelPoints.slice(COARSE_POINTS).map(([x, y]) => keyOf(x / width, y / height));
      const { values, shape } = readNpy(file('hier_round2_points.npy'));
      const expectedPoints = new Set(
        Array.from({ length: shape[0]! }, (_, i) => keyOf(values[2 * i]!, values[2 * i + 1]!)),
      );
      const inBoth = secondRound.filter((key) => expectedPoints.has(key)).length;
      expect(Math.abs(secondRound.length - expectedPoints.size)).toBeLessThanOrEqual(
        0.02 * expectedPoints.size,
      );
      expect(inBoth).toBeGreaterThanOrEqual(0.98 * expectedPoints.size);

      const { masks } = JSON.parse(readFileSync(file('everything_hier.json'), 'utf8')) as {
        masks: ReferenceMask[];
      };
      const ours = regions.map(({ logits }) =>
        Uint8Array.from(upsampleLogits(logits, geometry), (logit) => (logit > 0 ? 1 : 0)),
      );
      const bestIous = masks.map((mask) => {
        const expected = pixelsOf(mask);
        return Math.max(...ours.map((pixels) => iouOf(pixels, expected)));
      });
      const matched = bestIous.filter((iou) => iou >= 0.9).length;
      expect(matched).toBeGreaterThanOrEqual(0.95 * masks.length);
      expect(Math.abs(ours.length - masks.length)).toBeLessThanOrEqual(0.05 * masks.length);
    });
  },
);
