import type { InferenceSession } from 'onnxruntime-web/wasm';
import { encode } from 'fast-png';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Segmenter, type Prompt, type RgbaImage } from '../../src/inference/index.ts';
import type { ImageCodec } from '../../src/inference/image-codec.ts';
import type { SegmenterNetwork } from '../../src/inference/segmenter.ts';
import { configureRuntime, ModelSession } from '../../src/inference/session.ts';
import { doublingModel } from './engine-stubs.ts';
import { sceneNetwork } from './scene-network.ts';

const withCode = (code: string) => expect.objectContaining({ code }) as unknown;
const CLICK: Prompt = { points: [{ x: 10, y: 10, label: 1 }], box: null, previousLogits: null };
const VALUE = { value: { data: Float32Array.of(1, 2, 3), dims: [3] } };

/** What memory that has run out was seen to look like, in WASM and around it. */
const FAILURES: [name: string, thrown: unknown][] = [
  ['bad_alloc', new Error('failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc')],
  ['a full arena', new Error('failed to allocate a buffer of size 1500000000.')],
  ['memory that cannot grow', new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')],
  ['an abort', new WebAssembly.RuntimeError('Aborted(OOM). Build with -sASSERTIONS for more info.')],
  ['a trap in a broken runtime', new WebAssembly.RuntimeError('table index is out of bounds')],
  ['a full heap', new RangeError('Array buffer allocation failed')],
  ['too long an array', new RangeError('Invalid typed array length: 4294967296')],
  ['a C++ exception', 1991937888],
];

beforeAll(() => configureRuntime(undefined));
afterEach(() => vi.restoreAllMocks());

describe.each(FAILURES)('a segmenter meets %s', (name, thrown) => {
  let network: SegmenterNetwork;
  let segmenter: Segmenter;
  let session: ModelSession;
  const onMemoryShort = vi.fn();
  /** How many of the next runs and decodings fail. */
  let failingRuns = 0;
  let failingDecodes = 0;

  const codec: ImageCodec = {
    decode: () => {
      if (failingDecodes-- > 0) return Promise.reject(thrown as Error);
      return Promise.resolve(picture(1));
    },
  };

  beforeEach(async () => {
    session = await ModelSession.create('test', doublingModel());
    const { session: inner } = session as unknown as { session: InferenceSession };
    const run = inner.run.bind(inner);
    vi.spyOn(inner, 'run').mockImplementation((feeds: InferenceSession.FeedsType) =>
      failingRuns-- > 0 ? Promise.reject(thrown as Error) : run(feeds),
    );
    onMemoryShort.mockClear();
    const scene = sceneNetwork([(x, y) => 200 - Math.hypot(x - 512, y - 384)]);
    network = {
      ...scene,
      embed: async () => (await session.run(VALUE)).outputs['doubled']!.data,
      decode: async () => {
        await session.run(VALUE);
        const prompt = {
          coords: Float32Array.of(512, 384),
          labels: Float32Array.of(1),
          modelSizePx: { width: 1024, height: 1024 },
        };
        return { ...(await scene.decodeBatch({} as never, [prompt])), decodeMs: 1 };
      },
      releaseSpare: vi.fn(() => Promise.resolve()),
    };
    segmenter = Segmenter.withNetwork(network, { codec, onMemoryShort });
    failingRuns = failingDecodes = 0;
  });
  afterEach(() => session.release());

  it('once: it lets go of what it kept, says so, and answers', async () => {
    const ids: string[] = [];
    for (const seed of [1, 2, 3]) ids.push((await segmenter.embed(picture(seed))).imageId);
    failingRuns = 1;
    expect((await segmenter.segment(ids[1]!, CLICK)).candidates).toHaveLength(4);
    expect(segmenter.imageCount).toBe(1);
    expect(network.releaseSpare).toHaveBeenCalledOnce();
    await expect(segmenter.segment(ids[0]!, CLICK)).rejects.toEqual(withCode('image-missing'));
    // From now on one image at a time, which was said.
    failingRuns = 1;
    expect((await segmenter.embed(picture(4))).fromCache).toBe(false);
    expect(segmenter.imageCount).toBe(1);
    expect(onMemoryShort).toHaveBeenCalledOnce();
  });

  it('again and again: it says what to do, and the next call works', async () => {
    const { imageId } = await segmenter.embed(picture(1));
    failingRuns = 2;
    await expect(segmenter.segment(imageId, CLICK)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringMatching(/Close other tabs.*try again\.$/) as unknown,
    });
    expect((await segmenter.segment(imageId, CLICK)).candidates).toHaveLength(4);
    failingRuns = 2;
    await expect(segmenter.embed(picture(2))).rejects.toEqual(withCode('out-of-memory'));
    expect((await segmenter.embed(picture(2))).fromCache).toBe(false);
  });

  it.runIf(thrown instanceof RangeError)('while it decodes a file for a cutout', async () => {
    const file = encode({ width: 40, height: 30, data: picture(1).data, channels: 4 });
    const { imageId } = await segmenter.embed(file);
    const { candidates } = await segmenter.segment(imageId, CLICK);
    failingDecodes = 1;
    expect(await segmenter.makeCutout(imageId, candidates[1]!.logits)).toHaveLength(1);
    failingDecodes = 2;
    await expect(segmenter.makeCutout(imageId, candidates[1]!.logits)).rejects.toEqual(
      withCode('out-of-memory'),
    );
    expect(await segmenter.makeCutout(imageId, candidates[1]!.logits)).toHaveLength(1);
  });

  // Some 70 prompts.
  it.runIf(name === 'bad_alloc')('in a search, which finds the same', async () => {
    const [calm, tight] = [await segmenter.embed(picture(1)), await segmenter.embed(picture(2))];
    expect(await segmenter.findRegions(calm.imageId)).toBe(1);
    const { layers } = segmenter.arrangeLayers(calm.imageId, 1);
    const batches = failingAtFourthBatch();
    await segmenter.findRegions(tight.imageId);
    expect(segmenter.arrangeLayers(tight.imageId, 1).layers).toEqual(layers);
    expect(batches.length).toBeGreaterThan(60);
    expect(new Set(batches)).toEqual(new Set([1]));
  });

  it.runIf(name === 'bad_alloc')(
    'in a search for the subject, which goes on with one prompt at a time and finds the same',
    async () => {
      const { imageId } = await segmenter.embed(picture(1));
      const proposals = await segmenter.findSubject(imageId);
      const batches = failingAtFourthBatch();
      expect(await segmenter.findSubject(imageId)).toEqual(proposals);
      expect(Math.max(...batches.slice(0, 4))).toBe(2);
      expect(batches.length).toBeGreaterThan(4);
      expect(new Set(batches.slice(4))).toEqual(new Set([1]));
    },
  );

  /** @returns how many prompts each batch from now on has */
  function failingAtFourthBatch(): readonly number[] {
    const batches: number[] = [];
    const { decodeBatch } = network;
    network.decodeBatch = function (prepared, prompts, signal) {
      batches.push(prompts.length);
      if (batches.length === 4) return Promise.reject(thrown as Error);
      return decodeBatch.call(network, prepared, prompts, signal);
    };
    return batches;
  }
});

/** Pixels whose colour depends on `seed`. */
function picture(seed: number): RgbaImage {
  const data = Uint8Array.from({ length: 40 * 30 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7 + seed) % 256));
  return { width: 40, height: 30, data };
}
