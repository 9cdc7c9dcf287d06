import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TinyCutError } from '../../../src/shared/errors.ts';

/** A file whose bytes must be exactly the known ones, and what to do when they are not. */
export interface PinnedFile {
  readonly path: string;
  readonly sha256: string;
  /** An instruction for the user, as a sentence. */
  readonly remedy: string;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Reads a file and checks its hash, since a changed or cut-off weight file would compile into a model that runs
 * and is wrong.
 *
 * @throws TinyCutError `model-missing` when it cannot be read, `model-corrupt` when its hash differs.
 */
export function readPinnedFile({ path, sha256: expected, remedy }: PinnedFile): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new TinyCutError('model-missing', `The model source ${path} cannot be read. ${remedy}`);
  }
  const actual = sha256(bytes);
  if (actual === expected) return bytes;
  throw new TinyCutError(
    'model-corrupt',
    `The model source ${path} is not the expected file: its sha256 is ${actual} (${bytes.length} bytes), ` +
      `expected ${expected}. ${remedy}`,
  );
}
