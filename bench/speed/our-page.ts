import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { Channel, type Port } from '../../src/shared/channel.ts';
import { EMPTY_CONTRACT, type Result } from '../../src/shared/contract.ts';
import {
  ENGINE_CONTRACT,
  type EmbeddedImage,
  type EngineContract,
} from '../../src/shared/engine-contract.ts';
import {
  fetchBytes,
  packMask,
  PICTURE_URLS,
  variantOf,
  type BenchPage,
  type Fraction,
  type PictureName,
} from './bench-page.ts';
import type { LoadParams } from './our-engine.ts';

/** Runs in Chromium: the engine's worker as the plugin's window starts and calls it. */

let workerScript: Blob;
/** As the plugin keeps them: outside of the script's heap. */
const files = new Map<string, Blob>();
const pictures = new Map<PictureName, Uint8Array>();
let engine: Channel<typeof EMPTY_CONTRACT, EngineContract>;
let opened: EmbeddedImage;
let mask: ImageData;
let decodeMs: number | null = null;

function channelTo(worker: Worker): typeof engine {
  const port: Port = {
    post: (frame, transfer) => worker.postMessage(frame, [...(transfer ?? [])] as Transferable[]),
    listen(onMessage) {
      worker.addEventListener('message', (event) => onMessage(event.data));
      return () => undefined;
    },
  };
  return new Channel(port, EMPTY_CONTRACT, {}, ENGINE_CONTRACT);
}

async function open(picture: PictureName, variant: number): Promise<void> {
  opened = await engine.call('embed', { file: variantOf(pictures.get(picture)!, variant) });
  if (opened.fromCache) throw new Error('The picture came from the cache: nothing was measured.');
}

function segment({ x, y }: Fraction): Promise<Result<EngineContract, 'segment'>> {
  const { imageId, imageSizePx } = opened;
  const point = { x: x * imageSizePx.width, y: y * imageSizePx.height, label: 1 as const };
  return engine.call('segment', { imageId, prompt: { points: [point], box: null, previousLogits: null } });
}

/** Black where the mask is, transparent elsewhere: what the peer makes too. */
function toImageData(logits: Float32Array, { width, height }: EmbeddedImage['imageSizePx']): ImageData {
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < logits.length; pixel++) {
    if (logits[pixel]! > 0) image.data[pixel * 4 + 3] = 255;
  }
  return image;
}

const benchPage: BenchPage = {
  async prepare() {
    workerScript = new Blob([await fetchBytes('/engine-worker.js')], { type: 'text/javascript' });
    const names = (await (await fetch('/engine-files.json')).json()) as string[];
    for (const name of names) files.set(name, new Blob([await fetchBytes(`/engine/${name}`)]));
    for (const [name, url] of Object.entries(PICTURE_URLS)) {
      pictures.set(name as PictureName, await fetchBytes(url));
    }
  },

  async load() {
    const worker = new Worker(URL.createObjectURL(workerScript));
    engine = channelTo(worker);
    const entries = [...files].map(async ([name, blob]) => [name, new Uint8Array(await blob.arrayBuffer())]);
    const params = Object.fromEntries(await Promise.all(entries)) as LoadParams;
    await engine.call('load', params, { transfer: Object.values(params).map(({ buffer }) => buffer) });
  },

  async firstMask(picture, variant, click) {
    await open(picture, variant);
    const { candidates, defaultIndex } = await segment(click);
    const { logits } = candidates[defaultIndex]!;
    mask = toImageData(upsampleLogits(logits, opened), opened.imageSizePx);
  },

  lastMask: () => packMask((pixel) => mask.data[pixel * 4 + 3] === 255, mask.width * mask.height),

  encode: open,

  async prompts(clicks) {
    for (const click of clicks) ({ decodeMs } = await segment(click));
  },

  lastDecodeMs: () => decodeMs,
};

(globalThis as unknown as { benchPage: BenchPage }).benchPage = benchPage;
