import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Segmenter, type MadeLayer, type RgbaImage, type SearchProgress } from '../../src/inference/index.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { renderPaths } from './render-path.ts';
import { sceneNetwork } from './scene-network.ts';
import { box, circle } from './synthetic-logits.ts';

const WIDTH = 400;
const HEIGHT = 300;
/** Model pixels are 1024 / 400 of the image's. */
const SCENE = [box(100, 100, 500, 600), circle(300, 300, 120), circle(320, 310, 50), circle(700, 300, 180)];

const withCode = (code: string) => expect.objectContaining({ code }) as unknown;

/** No two neighbours are alike. */
const picture: RgbaImage = {
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 73) % 256)),
};

let network: ReturnType<typeof sceneNetwork>;
let segmenter: Segmenter;
let imageId: string;

beforeEach(async () => {
  network = sceneNetwork(SCENE);
  segmenter = Segmenter.withNetwork(network, { codec: sharpImageCodec, maxImages: 1 });
  ({ imageId } = await segmenter.embed(picture));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await segmenter.dispose();
});

/** All layers at full detail, each for itself. */
async function allGroups(): Promise<number[][]> {
  await segmenter.findRegions(imageId);
  return segmenter.arrangeLayers(imageId, 1).layers.map(({ id }) => [id]);
}

/** The PNGs drawn over one another, RGBA. */
async function draw(layers: readonly MadeLayer[]): Promise<Buffer> {
  const tiles = layers.flatMap(({ output }) => (output.kind === 'cutout' ? output.tiles : []));
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 4, background: '#00000000' } })
    .composite(
      tiles.map(({ png, imageRect }) => ({ input: Buffer.from(png), left: imageRect.x, top: imageRect.y })),
    )
    .raw()
    .toBuffer();
}

describe('finding regions', () => {
  it('finds what is there once, and knows it from then on', async () => {
    const reports: SearchProgress[] = [];
    expect(await segmenter.findRegions(imageId, { onProgress: (progress) => reports.push(progress) })).toBe(
      4,
    );
    expect(reports.at(-1)!.fraction).toBe(1);
    const { promptCount } = network;
    expect(promptCount).toBeGreaterThan(0);
    expect(await segmenter.findRegions(imageId)).toBe(4);
    expect(network.promptCount).toBe(promptCount);
  });

  it('stops when it is cancelled, and begins anew the next time', async () => {
    const source = new CancelSource();
    const call = segmenter.findRegions(imageId, { signal: source.signal, onProgress: () => source.abort() });
    await expect(call).rejects.toEqual(withCode('cancelled'));
    expect(() => segmenter.arrangeLayers(imageId, 1)).toThrow(withCode('regions-missing') as Error);
    expect(await segmenter.findRegions(imageId)).toBe(4);
  });

  it('hears a cancel before it arranges what was found so far', async () => {
    const source = new CancelSource();
    const decodeBatch = network.decodeBatch.bind(network);
    vi.spyOn(network, 'decodeBatch').mockImplementation((...call) => {
      // As a message does: between two tasks.
      setTimeout(() => source.abort(), 0);
      return decodeBatch(...call);
    });
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 10_000));
    const reports: SearchProgress[] = [];
    const call = segmenter.findRegions(imageId, {
      signal: source.signal,
      onProgress: (progress) => reports.push(progress),
    });
    await expect(call).rejects.toEqual(withCode('cancelled'));
    expect(reports).toEqual([]);
  });

  it('forgets the regions with the image', async () => {
    await segmenter.findRegions(imageId);
    await segmenter.embed({
      ...picture,
      data: picture.data.map((value, i) => (i % 4 === 3 ? 255 : 255 - value)),
    });
    expect(() => segmenter.arrangeLayers(imageId, 1)).toThrow(withCode('image-missing') as Error);
  });
});

describe('layers', () => {
  it.each([
    ['all of them', (groups: number[][]) => groups],
    ['without a part in the middle', (groups: number[][]) => [groups[0]!, groups[1]!, groups[3]!]],
    ['whole and innermost part in one', ([a, b, c, d]: number[][]) => [[...a!, ...d!], b!, c!]],
    ['only the background', () => []],
  ])('over one another are the image again: %s', async (_, choose) => {
    const layers = await segmenter.makeLayers(imageId, choose(await allGroups()), 'cutout');
    const drawn = await draw(layers);
    let largestDifference = 0;
    for (let i = 0; i < drawn.length; i++) {
      largestDifference = Math.max(largestDifference, Math.abs(drawn[i]! - picture.data[i]!));
    }
    expect(largestDifference).toBeLessThanOrEqual(1);
  });

  it('come from back to front, the background first, and a part leaves a hole in its whole', async () => {
    const layers = await segmenter.makeLayers(imageId, await allGroups(), 'cutout');
    expect(layers.map(({ groupIndex }) => groupIndex)).toEqual([null, 0, 1, 2, 3]);
    const alphaAt = async (layer: MadeLayer, x: number, y: number) => {
      const drawn = await draw([layer]);
      return drawn[(y * WIDTH + x) * 4 + 3];
    };
    // In model pixels (300, 220): in the box and the circle. (150, 500): in the box alone.
    const [background, whole] = layers as [MadeLayer, MadeLayer];
    expect(await alphaAt(whole, 117, 86)).toBe(0);
    expect(await alphaAt(whole, 59, 195)).toBe(255);
    expect(await alphaAt(background, 59, 195)).toBe(0);
    expect(await alphaAt(background, 10, 10)).toBe(255);
  });

  it('as outlines, fill the image without a gap', async () => {
    const layers = await segmenter.makeLayers(imageId, await allGroups(), 'vector');
    const paths = layers.flatMap(({ output }) => (output.kind === 'vector' ? output.paths : []));
    expect(layers).toHaveLength(5);
    const coverage = renderPaths(paths, { width: WIDTH, height: HEIGHT });
    expect(coverage.filter((share) => share < 250).length).toBe(0);
  });

  it('tell the mean colour of what they show', async () => {
    const half = picture.data.slice();
    for (let i = 0; i < half.length; i++) half[i] = [200, 100, 50, 255][i % 4]!;
    ({ imageId } = await segmenter.embed({ ...picture, data: half }));
    for (const { colour } of await segmenter.makeLayers(imageId, await allGroups(), 'vector')) {
      expect(colour.r * 255).toBeCloseTo(200);
      expect(colour.g * 255).toBeCloseTo(100);
      expect(colour.b * 255).toBeCloseTo(50);
    }
  });

  it('keep to the part of the image that may be used, in tiles that are small enough', async () => {
    const clipImagePolygon = [
      { x: 50, y: 50 },
      { x: 150, y: 50 },
      { x: 150, y: 150 },
      { x: 50, y: 150 },
    ];
    const layers = await segmenter.makeLayers(imageId, await allGroups(), 'cutout', {
      clipImagePolygon,
      maxTileSidePx: 64,
    });
    for (const { output } of layers) {
      if (output.kind !== 'cutout') throw new Error('Asked for cutouts.');
      for (const { imageRect } of output.tiles) {
        expect(Math.max(imageRect.width, imageRect.height)).toBeLessThanOrEqual(64);
        expect(imageRect.x).toBeGreaterThanOrEqual(50);
        expect(imageRect.y + imageRect.height).toBeLessThanOrEqual(150);
      }
    }
    // The circle on the right cannot be seen.
    expect(layers.map(({ groupIndex }) => groupIndex)).not.toContain(1);
  });

  it('refuse ids that are unknown or named twice, and stop when cancelled', async () => {
    const [first] = await allGroups();
    await expect(segmenter.makeLayers(imageId, [[999]], 'cutout')).rejects.toEqual(withCode('bad-argument'));
    await expect(segmenter.makeLayers(imageId, [first!, first!], 'cutout')).rejects.toEqual(
      withCode('bad-argument'),
    );
    const source = new CancelSource();
    const call = segmenter.makeLayers(imageId, [first!], 'cutout', {
      signal: source.signal,
      onProgress: ({ stage }) => stage === 'write' && source.abort(),
    });
    await expect(call).rejects.toEqual(withCode('cancelled'));
  });
});
