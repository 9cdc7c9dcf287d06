import { createRequire } from 'node:module';
import type { Params } from '../../src/shared/contract.ts';
import type { EngineContract } from '../../src/shared/engine-contract.ts';
import type { Precision } from '../precision.ts';
import { projectPath } from '../project-folder.ts';

/** The one place of the speed bench that knows which files the engine's worker is loaded with. */

export type LoadParams = Omit<Params<EngineContract, 'load'>, 'maxThreadCount'>;

/** Path of each file that `load` takes, which gets it gzip-compressed. */
export function engineFilePaths(precision: Precision): Record<keyof LoadParams, string> {
  return {
    packGzip: projectPath(`models/dist/tinycut.${precision}.pack`),
    wasmGzip: createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
  };
}
