import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Segmenter, type Prompt, type RgbaImage } from '../../src/inference/index.ts';
import { compiledPack } from '../golden/model-runtime.ts';

/**
 * The real runtime with the real network, whose WASM memory does not grow any further: where a browser's limit or the
 * computer's memory ends. One runtime for all tests, since there is one in a process.
 */

const PAGE_BYTES = 65536;
const CLICK: Prompt = { points: [{ x: 100, y: 100, label: 1 }], box: null, previousLogits: null };

let isFull = false;
let refusedCount = 0;
/** In bytes. */
let sizeOfMemory: () => number;
let segmenter: Segmenter;
/** What else holds memory lets go of it when this says so. */
let onMemoryShort = () => {};
let shortCount = 0;

const RealMemory = WebAssembly.Memory;

/** As a `WebAssembly.Memory`, but that it can be full. */
class BoundedMemory extends RealMemory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    if (descriptor.maximum! > 0) sizeOfMemory = () => this.buffer.byteLength;
  }

  override grow(pageCount: number): number {
    if (!isFull) return super.grow(pageCount);
    refusedCount++;
    // What the real one throws at its maximum.
    throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
  }
}

beforeAll(async () => {
  WebAssembly.Memory = BoundedMemory;
  segmenter = await Segmenter.load(
    { pack: await compiledPack('int8') },
    {
      onMemoryShort() {
        shortCount++;
        onMemoryShort();
      },
    },
  );
});
afterAll(() => {
  WebAssembly.Memory = RealMemory;
});

describe('WASM memory that is full', () => {
  it('while an image is embedded: it frees what it can, says so, tries again, and goes on working', async () => {
    const loadedBytes = sizeOfMemory();
    isFull = true;
    onMemoryShort = () => (isFull = false);
    // Of this size it fails where the runtime notices. Elsewhere it may break: test/browser/out-of-memory.test.ts
    const { imageId, fromCache } = await segmenter.embed(picture(1, 1024, 768));
    expect(refusedCount).toBeGreaterThan(0);
    expect(shortCount).toBe(1);
    expect(fromCache).toBe(false);
    expect(sizeOfMemory()).toBeGreaterThan(loadedBytes + 1000 * PAGE_BYTES);
    const { candidates } = await segmenter.segment(imageId, CLICK);
    expect(candidates.every(({ logits }) => logits.every(Number.isFinite))).toBe(true);

    // One image at a time from now on, in the memory that there is.
    isFull = true;
    const refusedBefore = refusedCount;
    const { imageId: nextId } = await segmenter.embed(picture(2, 768, 1024));
    await segmenter.segment(nextId, CLICK);
    expect(refusedCount).toBe(refusedBefore);
  });
});

/** Pixels whose colours depend on `seed`. */
function picture(seed: number, width: number, height: number): RgbaImage {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : ((i >> 4) * 7 * seed) % 256,
  );
  return { width, height, data };
}
