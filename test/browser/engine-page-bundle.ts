import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { compiledPack } from '../golden/model-runtime.ts';
import type { PackedFiles } from './engine-worker-page.ts';

/** `engine-worker-page.ts` as a script. */
export async function bundlePage(): Promise<string> {
  const { outputFiles, warnings } = await build({
    entryPoints: [fileURLToPath(new URL('./engine-worker-page.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  if (warnings.length > 0) throw new Error(`The page has warnings: ${JSON.stringify(warnings)}`);
  return outputFiles[0]!.text;
}

export async function packFiles(precision: Parameters<typeof compiledPack>[0]): Promise<PackedFiles> {
  const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  const pack = (bytes: Uint8Array) => gzipSync(bytes, { level: 1 }).toString('base64');
  return { packGzip: pack(await compiledPack(precision)), wasmGzip: pack(readFileSync(wasm)) };
}
