import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { TinyCutError } from '../../../src/shared/errors.ts';

/** What the first download of a file was, for all later ones to match. */
const pinSchema = v.object({
  url: v.pipe(v.string(), v.url()),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a sha256')),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});
export type CheckpointPin = v.InferOutput<typeof pinSchema>;

/**
 * Null when nothing was pinned yet.
 *
 * @throws TinyCutError `model-corrupt` when the file is not valid, or pins the file of another address.
 */
export function readCheckpointPin(path: string, url: string): CheckpointPin | null {
  if (!existsSync(path)) return null;
  const remedy = 'Restore it from version control, or delete it to trust the next download.';
  let pin: CheckpointPin;
  try {
    pin = v.parse(pinSchema, JSON.parse(readFileSync(path, 'utf8')));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TinyCutError('model-corrupt', `${path} cannot be read: ${why}. ${remedy}`);
  }
  if (pin.url === url) return pin;
  throw new TinyCutError('model-corrupt', `${path} pins ${pin.url} and not ${url}. ${remedy}`);
}

/** The file appears complete or not at all. */
export function writeCheckpointPin(path: string, pin: CheckpointPin): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, `${JSON.stringify(pin, null, 2)}\n`);
  renameSync(partial, path);
}
