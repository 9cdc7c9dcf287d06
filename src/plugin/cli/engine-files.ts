import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineFiles } from '../../inference/index.ts';
import { TinyCutError } from '../../shared/errors.ts';

/**
 * Reads the weights from the package's `models/dist`.
 * @throws TinyCutError `model-missing`
 */
export async function readEngineFiles(): Promise<EngineFiles> {
  const folder = join(packageRoot(), 'models', 'dist');
  const read = async (file: string) => {
    try {
      return await readFile(join(folder, file));
    } catch {
      throw new TinyCutError(
        'model-missing',
        `There is no ${join(folder, file)}. Run "npm run model" to compile it.`,
      );
    }
  };
  return { pack: await read('tinycut.fp32.pack') };
}

/** The nearest folder above that is this package: the source and the bundle lie at different depths. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) {
      throw new TinyCutError(
        'model-missing',
        'The models were not found: run this from a checkout of TinyCut.',
      );
    }
    folder = dirname(folder);
  }
  return folder;
}

function isPackage(path: string): boolean {
  return existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as { name?: string }).name === 'tinycut';
}
