import { TinyCutError } from '../../shared/errors.ts';
import { base64ToBlob } from './base64-blob.ts';

/**
 * Ids of the elements that carry gzip files: `<script type="text/plain">` with base64 in a page that may load nothing, or
 * `<link href>` to a file where there are files beside the page.
 */
const ASSET_IDS = { pack: 'asset-pack', wasm: 'asset-wasm' } as const;
/** The same of the classic worker's script. */
const WORKER_ID = 'worker-source';

export interface EngineFiles {
  packGzip: Blob;
  wasmGzip: Blob;
  worker: Blob;
}

type Page = Pick<Document, 'getElementById' | 'readyState' | 'addEventListener'>;

/**
 * Takes the engine out of the page that carries it, and the texts out of the page.
 * @throws TinyCutError `model-missing`, `model-corrupt`
 */
export async function takeEngineFiles(page: Page, pause = afterPaint): Promise<EngineFiles> {
  await allParsed(page);
  const elements = new Set<HTMLElement>();
  const take = async (id: string): Promise<Blob> => {
    const element = page.getElementById(id);
    const url = element?.getAttribute('href');
    if (url) return fetchFile(url);
    const text = element?.textContent?.trim();
    if (!element || !text) throw fileMissing();
    elements.add(element);
    await pause();
    return base64ToBlob(text, pause);
  };
  const files = {
    worker: await gunzip(await take(WORKER_ID)),
    wasmGzip: await take(ASSET_IDS.wasm),
    packGzip: await take(ASSET_IDS.pack),
  };
  for (const element of elements) element.remove();
  return files;
}

async function fetchFile(url: string): Promise<Blob> {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw fileMissing();
  return response.blob();
}

function fileMissing(): TinyCutError {
  return new TinyCutError('model-missing', 'A file inside of TinyCut is missing. Install TinyCut again.');
}

async function gunzip(packed: Blob): Promise<Blob> {
  try {
    return await new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).blob();
  } catch {
    throw new TinyCutError(
      'model-corrupt',
      'A part of TinyCut is damaged and cannot be unpacked. Install the plugin again.',
    );
  }
}

/** The UI runs before the megabytes below it are parsed, so that its first picture doesn't wait for them. */
function allParsed(page: Page): Promise<void> {
  if (page.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => page.addEventListener('DOMContentLoaded', () => resolve(), { once: true }));
}

/** A hidden page paints nothing, and must not wait for it. */
function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    const timeout = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timeout);
      setTimeout(resolve, 0);
    });
  });
}
