import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TinyCutError } from '../../../src/shared/errors.ts';
import { readCheckpointPin, writeCheckpointPin } from './checkpoint-pin.ts';
import { sha256 } from './pinned-file.ts';
import type { OnProgress } from './progress-bar.ts';
import { downloadResumable } from './resumable-download.ts';
import { readTorchWeights } from './torch/torch-weights.ts';

/** The float32 weights of the paper's table (COCO AP 42.3), of the authors' release 3.0, Apache-2.0. */
export const OFFICIAL_CHECKPOINT_URL =
  'https://github.com/xinghaochen/TinySAM/releases/download/3.0/tinysam_42.3.pth';

export interface OfficialCheckpoint {
  /** In the cache folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export interface OfficialCheckpointOptions {
  readonly url?: string | undefined;
  /** Kept out of version control. */
  readonly cacheFolder?: string | undefined;
  /** Kept in version control, so that the first download pins the file for everyone. */
  readonly pinPath?: string | undefined;
  /** Throws for a file that is no checkpoint, which must not be pinned. */
  readonly check?: ((bytes: Uint8Array, fileName: string) => unknown) | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const projectPath = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Gives the official checkpoint, from the cache folder or downloaded. The authors publish no hash, so the first file that
 * reads as a checkpoint is trusted: its hash is pinned in `pinPath`, and every later one, cached or downloaded, must match.
 *
 * @throws TinyCutError `model-missing` when it cannot be downloaded, `model-corrupt` when it is not the pinned file.
 */
export async function downloadOfficialCheckpoint({
  url = OFFICIAL_CHECKPOINT_URL,
  cacheFolder = projectPath('cache/'),
  pinPath = projectPath('official-checkpoint.json'),
  check = readTorchWeights,
  onProgress,
}: OfficialCheckpointOptions = {}): Promise<OfficialCheckpoint> {
  const pin = readCheckpointPin(pinPath, url);
  const fileName = basename(new URL(url).pathname);
  const path = join(cacheFolder, fileName);
  const isCached = existsSync(path);
  if (!isCached) {
    mkdirSync(cacheFolder, { recursive: true });
    const remedy =
      'Connect and run the command again, or fetch the file on another machine and pass it: ' +
      `npm run model -- path/to/${fileName}`;
    await downloadResumable({ url, path, remedy, onProgress });
  }

  const bytes = readFileSync(path);
  const actual = sha256(bytes);
  if (pin && actual !== pin.sha256) {
    rmSync(path);
    const change = `its sha256 is ${actual} (${bytes.length} bytes), expected ${pin.sha256} (${pin.bytes} bytes)`;
    throw new TinyCutError(
      'model-corrupt',
      isCached
        ? `${path} was changed or damaged since it was downloaded: ${change}. It was deleted; run the command again.`
        : `${url} is not the file that ${pinPath} pins: ${change}. It was deleted. If its authors announce a new ` +
            `file, delete ${pinPath} and run the command again; else do not use it.`,
    );
  }
  if (!pin) {
    try {
      check(bytes, fileName);
    } catch (thrown) {
      rmSync(path);
      throw thrown;
    }
    writeCheckpointPin(pinPath, { url, sha256: actual, bytes: bytes.length });
  }
  return { path, bytes, sha256: actual };
}
