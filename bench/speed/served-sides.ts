import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import sharp from 'sharp';
import type { Precision } from '../precision.ts';
import { projectPath } from '../project-folder.ts';
import { PICTURE_URLS } from './bench-page.ts';
import type { ServedFiles } from './local-server.ts';
import { engineFilePaths } from './our-engine.ts';
import type { PeerFiles } from './peer-package.ts';

const gzipAsync = promisify(gzip);
const SMALL_SIDE_PX = 256;

/** Everything that the page of ours fetches. */
export async function ourFiles(precision: Precision, pictures: ServedFiles): Promise<ServedFiles> {
  const files = new Map<string, Uint8Array | string>([
    ...pictures,
    ['/index.html', pageHtml(await builtScript('our-page.js'))],
    ['/engine-worker.js', await builtScript('engine-worker.js')],
  ]);
  const paths = Object.entries(engineFilePaths(precision));
  files.set('/engine-files.json', JSON.stringify(paths.map(([name]) => name)));
  for (const [name, path] of paths) {
    files.set(`/engine/${name}`, await gzipAsync(await readFile(path), { level: 9 }));
  }
  return files;
}

/** Everything that the page of the peer fetches. */
export async function peerFiles(peer: PeerFiles, pictures: ServedFiles): Promise<ServedFiles> {
  const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  return new Map<string, Uint8Array | string>([
    ...pictures,
    ['/index.html', pageHtml(await builtScript('peer-page.js'))],
    ['/encoder.onnx', peer.encoder],
    ['/sam.onnx', peer.decoder],
    ['/ort.wasm', await readFile(wasm)],
  ]);
}

export async function samplePictures(): Promise<ServedFiles> {
  const photo = await readFile(projectPath('samples/bowl.jpg'));
  const small = await sharp(photo).resize(SMALL_SIDE_PX, SMALL_SIDE_PX, { fit: 'inside' }).jpeg().toBuffer();
  return new Map([
    [PICTURE_URLS.photo, photo],
    [PICTURE_URLS.small, small],
  ]);
}

function builtScript(name: string): Promise<string> {
  return readFile(projectPath(`dist/bench/${name}`), 'utf8');
}

function pageHtml(script: string): string {
  // Ends of script elements inside the script's own strings would end it.
  return `<!doctype html><meta charset="utf-8"><script>${script.replace(/<\/(script)/gi, '<\\/$1')}</script>`;
}
