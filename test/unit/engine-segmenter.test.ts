import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Segmenter, type EngineProgress, type Prompt, type RgbaImage } from '../../src/inference/index.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { Network } from '../../src/inference/network.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import type { CutoutTile } from '../../src/shared/host-contract.ts';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { compiledPack } from '../golden/model-runtime.ts';
import { withEmbedding } from './engine-stubs.ts';

const withCode = (code: string) => expect.objectContaining({ code }) as unknown;
const click: Prompt = { points: [{ x: 10, y: 10, label: 1 }], box: null, previousLogits: null };

/** Pixels whose colour depends on `seed`. */
function picture(seed: number, width = 40, height = 30): RgbaImage {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * 7 + seed) % 256,
  );
  return { width, height, data };
}

/** Logits [256 x 256] that are inside in the left half of a 4 : 3 image. */
const leftHalf = Float32Array.from({ length: 256 * 256 }, (_, i) => 127.5 - (i % 256));

let segmenter: Segmenter;
beforeAll(async () => {
  segmenter = Segmenter.withNetwork(withEmbedding(await Network.load(await compiledPack('fp32'))), {
    codec: sharpImageCodec,
    maxImages: 2,
  });
});
afterAll(() => segmenter.dispose());

describe('loading', () => {
  it('refuses a damaged model, and nothing stays broken', async () => {
    const damaged = (await compiledPack('int8')).slice();
    damaged[damaged.length >> 1]! ^= 1;
    for (const pack of [new Uint8Array(500).fill(9), damaged]) {
      await expect(Segmenter.load({ pack })).rejects.toMatchObject({
        code: 'model-corrupt',
        message: expect.stringContaining('damaged') as unknown,
      });
    }
    expect((await segmenter.embed(picture(1))).fromCache).toBe(false);
  });
});

describe('disposing', () => {
  it('lets what is under way end, takes no more, and may be asked for twice', async () => {
    const network = await Network.load(await compiledPack('fp32'));
    const [decodeBatch, release] = [vi.spyOn(network, 'decodeBatch'), vi.spyOn(network, 'release')];
    const leaving = Segmenter.withNetwork(withEmbedding(network), { codec: sharpImageCodec });
    const { imageId } = await leaving.embed(picture(3));
    // Several runs of the decoder, one after the other.
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const search = leaving.findSubject(imageId, { onProgress: ({ fraction }) => fraction > 0 && begin() });
    await begun;
    const disposed = leaving.dispose();
    await expect(leaving.embed(picture(4))).rejects.toEqual(withCode('bad-argument'));
    expect(await search).toBeInstanceOf(Array);
    await disposed;
    await leaving.dispose();
    expect(release).toHaveBeenCalledOnce();
    expect(decodeBatch.mock.invocationCallOrder.at(-1)).toBeLessThan(release.mock.invocationCallOrder[0]!);
  });
});

describe('embedding', () => {
  it('leaves out the encoder for one that was kept, and only for the same image and model', async () => {
    let encodeCount = 0;
    const network = { ...withEmbedding(await Network.load(await compiledPack('fp32'))), modelId: 1 };
    const embed = (input: never, signal: never) => (encodeCount++, network.embed(input, signal));
    const open = (modelId: number) =>
      Segmenter.withNetwork({ ...network, embed, modelId } as never, { codec: sharpImageCodec });
    const first = open(1);
    const image = picture(5);
    const embedded = await first.embed(image);
    const keptEmbedding = first.keepEmbedding(embedded.imageId);
    expect(await open(1).embed(image, { keptEmbedding })).toEqual({ ...embedded, fromCache: true });
    expect(encodeCount).toBe(1);
    expect((await open(2).embed(image, { keptEmbedding })).fromCache).toBe(false);
    expect((await open(1).embed(picture(6), { keptEmbedding })).fromCache).toBe(false);
    expect((await open(1).embed(image, { keptEmbedding: keptEmbedding.slice(1) })).fromCache).toBe(false);
    expect(encodeCount).toBe(4);
    expect(() => first.keepEmbedding('0'.repeat(64))).toThrow('no longer in memory');
    await network.release();
  });

  it('tells sizes, and knows an image again by its content', async () => {
    const image = picture(2, 64, 16);
    const first = await segmenter.embed(image);
    expect(first).toMatchObject({
      imageSizePx: { width: 64, height: 16 },
      modelSizePx: { width: 1024, height: 256 },
      fromCache: false,
    });
    const again = await segmenter.embed({ ...image, data: image.data.slice() });
    expect(again).toEqual({ ...first, fromCache: true });
  });

  it('keeps the images used last and drops the others', async () => {
    const ids: string[] = [];
    for (const seed of [10, 11]) ids.push((await segmenter.embed(picture(seed))).imageId);
    await segmenter.segment(ids[0]!, click);
    ids.push((await segmenter.embed(picture(12))).imageId);
    await expect(segmenter.segment(ids[1]!, click)).rejects.toEqual(withCode('image-missing'));
    await expect(segmenter.makeCutout(ids[1]!, leftHalf)).rejects.toEqual(withCode('image-missing'));
    await expect(segmenter.tracePaths(ids[1]!, leftHalf)).rejects.toEqual(withCode('image-missing'));
    for (const id of [ids[0]!, ids[2]!]) await segmenter.segment(id, click);
    expect((await segmenter.embed(picture(11))).fromCache).toBe(false);
  });

  it('announces its stages with a growing share', async () => {
    const seen: EngineProgress[] = [];
    await segmenter.embed(picture(20), { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ stage }) => stage)).toEqual(['decode', 'preprocess', 'encode', 'encode', 'encode']);
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it.each(['decode', 'preprocess', 'encode'])('stops when it is cancelled at %s', async (stage) => {
    const source = new CancelSource();
    const seen: string[] = [];
    const image = picture(30 + 'dpe'.indexOf(stage[0]!));
    const call = segmenter.embed(image, {
      signal: source.signal,
      onProgress: (progress) => {
        seen.push(progress.stage);
        if (progress.stage === stage) source.abort();
      },
    });
    await expect(call).rejects.toEqual(withCode('cancelled'));
    expect(seen.at(-1)).toBe(stage);
    expect(seen.filter((name) => name === stage)).toHaveLength(1);
    expect((await segmenter.embed(image)).fromCache).toBe(false);
  });

  it('refuses files that are no images, and goes on', async () => {
    await expect(segmenter.embed(new TextEncoder().encode('not an image'))).rejects.toEqual(
      withCode('image-unreadable'),
    );
    await expect(
      segmenter.embed(readFileSync(new URL('../../samples/bowl.jpg', import.meta.url)).subarray(0, 9000)),
    ).rejects.toEqual(withCode('image-unreadable'));
    expect((await segmenter.embed(picture(45))).fromCache).toBe(false);
  });

  it.each<[string, string, (image: RgbaImage) => RgbaImage]>([
    ['three bytes to a pixel', 'bad-argument', (image) => ({ ...image, data: image.data.subarray(0, 3600) })],
    ['no pixels', 'bad-argument', (image) => ({ ...image, width: 0, data: new Uint8Array(0) })],
    ['sides that are no whole numbers', 'bad-argument', (image) => ({ ...image, width: 37.5, height: 32 })],
    ['nothing to see', 'image-unreadable', (image) => ({ ...image, data: image.data.map(() => 0) })],
  ])('refuses pixels with %s', async (_, code, broken) => {
    await expect(segmenter.embed(broken(picture(46)))).rejects.toEqual(withCode(code));
  });
});

describe('segmenting', () => {
  it('answers with the four tokens, a pick and an order', async () => {
    const { imageId } = await segmenter.embed(picture(50));
    const { candidates, defaultIndex, bySize } = await segmenter.segment(imageId, click);
    expect(candidates.map(({ tokenIndex }) => tokenIndex)).toEqual([0, 1, 2, 3]);
    expect([1, 2, 3]).toContain(defaultIndex);
    expect(bySize).toHaveLength(3);
    for (const { logits } of candidates) expect(logits.every(Number.isFinite)).toBe(true);
  });

  it('refuses bad prompts and unknown images before the decoder runs', async () => {
    const { imageId } = await segmenter.embed(picture(50));
    const outside: Prompt = { ...click, points: [{ x: 41, y: 5, label: 1 }] };
    await expect(segmenter.segment(imageId, outside)).rejects.toEqual(withCode('bad-argument'));
    await expect(segmenter.segment('0'.repeat(64), click)).rejects.toEqual(withCode('image-missing'));
  });

  it('drops calls that are cancelled before their turn, and keeps the others', async () => {
    const { imageId } = await segmenter.embed(picture(50));
    const sources = [1, 2, 3, 4].map(() => new CancelSource());
    const calls = sources.map(({ signal }) => segmenter.segment(imageId, click, { signal }));
    sources[1]!.abort();
    sources[2]!.abort();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'cancelled' } });
  });
});

describe('results', () => {
  it('cut out exactly the pixels of the mask, in tiles that are small enough', async () => {
    const image = picture(60);
    const { imageId } = await segmenter.embed(encode({ ...image, channels: 4 }));
    const tiles = await segmenter.makeCutout(imageId, leftHalf, { maxTileSidePx: 16 });
    expect(tiles.length).toBeGreaterThan(1);
    let opaqueCount = 0;
    for (const { png, imageRect } of tiles) {
      expect(Math.max(imageRect.width, imageRect.height)).toBeLessThanOrEqual(16);
      const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
      for (let i = 0; i < info.width * info.height; i++) {
        if (data[i * 4 + 3] !== 255) continue;
        opaqueCount++;
        const [x, y] = [imageRect.x + (i % info.width), imageRect.y + Math.floor(i / info.width)];
        expect(x).toBeLessThan(20);
        const source = (y * image.width + x) * 4;
        expect(Array.from(data.subarray(i * 4, i * 4 + 3))).toEqual(
          Array.from(image.data.slice(source, source + 3)),
        );
      }
    }
    // 20 x 30 pixels, less a soft column at the edge.
    expect(opaqueCount).toBeGreaterThanOrEqual(19 * 30);
  });

  it('have the object’s colours along a fitted edge, and the image’s along the plain one', async () => {
    // Red, which goes over into blue from column 17 to 23.
    const image = picture(0);
    for (let i = 0; i < 40 * 30; i++) {
      const share = Math.min(Math.max((23.5 - (i % 40)) / 7, 0), 1);
      image.data.set([Math.round(220 * share), 30, Math.round(220 * (1 - share))], i * 4);
    }
    const { imageId } = await segmenter.embed(image);
    /** Blue in the pixels that are covered in part, of the cutout and of the image. */
    const blueOf = async (edge: typeof DEFAULT_EDGE | null) => {
      const [{ png, imageRect }] = (await segmenter.makeCutout(imageId, leftHalf, { edge })) as [CutoutTile];
      const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
      let [ofCutout, ofImage] = [0, 0];
      for (let i = 0; i < imageRect.width * imageRect.height; i++) {
        const alpha = data[i * 4 + 3]!;
        if (alpha === 0 || alpha === 255) continue;
        const [x, y] = [i % imageRect.width, Math.floor(i / imageRect.width)];
        ofCutout += data[i * 4 + 2]!;
        ofImage += image.data[((imageRect.y + y) * 40 + imageRect.x + x) * 4 + 2]!;
      }
      return { ofCutout, ofImage };
    };
    const plain = await blueOf(null);
    expect(plain.ofImage).toBeGreaterThan(0);
    expect(plain.ofCutout).toBe(plain.ofImage);
    const fitted = await blueOf(DEFAULT_EDGE);
    expect(fitted.ofImage).toBeGreaterThan(0);
    // How near they come to the object's is asked where alpha is known (matte-foreground-colours.test.ts).
    expect(fitted.ofCutout / fitted.ofImage).toBeLessThan(0.8);
  });

  it('keep to the part of the image that may be used', async () => {
    const { imageId } = await segmenter.embed(picture(60));
    const clipImagePolygon = [
      { x: 5, y: 5 },
      { x: 15, y: 5 },
      { x: 15, y: 25 },
      { x: 5, y: 25 },
    ];
    const { imageRect } = await segmenter.makeMatte(imageId, leftHalf, { clipImagePolygon });
    expect(imageRect).toEqual({ x: 5, y: 5, width: 10, height: 20 });
  });

  it('fail with mask-empty when nothing is inside or visible', async () => {
    const { imageId } = await segmenter.embed(picture(60));
    const nothing = new Float32Array(256 * 256).fill(-1);
    await expect(segmenter.makeCutout(imageId, nothing)).rejects.toEqual(withCode('mask-empty'));
    await expect(segmenter.tracePaths(imageId, nothing)).rejects.toEqual(withCode('mask-empty'));
    const clear = picture(61);
    // But for a pixel on the right, which the left half does not reach.
    for (let i = 3; i < clear.data.length - 4; i += 4) clear.data[i] = 0;
    const { imageId: clearId } = await segmenter.embed(clear);
    await expect(segmenter.makeCutout(clearId, leftHalf)).rejects.toEqual(withCode('mask-empty'));
  });

  it('refuse tiles without a side', async () => {
    const { imageId } = await segmenter.embed(picture(60));
    const call = segmenter.makeCutout(imageId, leftHalf, { maxTileSidePx: 0 });
    await expect(call).rejects.toEqual(withCode('bad-argument'));
    expect((await segmenter.embed(picture(60))).fromCache).toBe(true);
  });

  it('stop between tiles when cancelled', async () => {
    const { imageId } = await segmenter.embed(picture(60));
    const source = new CancelSource();
    const onProgress = vi.fn(({ stage }: EngineProgress) => stage === 'write' && source.abort());
    const call = segmenter.makeCutout(imageId, leftHalf, {
      maxTileSidePx: 4,
      signal: source.signal,
      onProgress,
    });
    await expect(call).rejects.toEqual(withCode('cancelled'));
    expect(onProgress.mock.calls.filter(([{ stage }]) => stage === 'write')).toHaveLength(1);
  });
});
