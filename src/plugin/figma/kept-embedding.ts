import * as v from 'valibot';
import { bytesSchema } from '../../shared/contract.ts';

/** `figma.clientStorage` holds 5 MB in all, and an embedding is two. */
const ENTRY = 'embedding';

const entrySchema = v.object({ imageKey: v.string(), bytes: bytesSchema });
/** What is stored; asked for once, since it takes megabytes out of Figma each time. */
let stored: Promise<unknown> | null = null;

/** @returns null when another image was the last one, or nothing can be read */
export async function recallEmbedding(imageKey: string): Promise<Uint8Array | null> {
  stored ??= figma.clientStorage.getAsync(ENTRY).then(undefined, () => null);
  const parsed = v.safeParse(entrySchema, await stored);
  return parsed.success && parsed.output.imageKey === imageKey ? parsed.output.bytes : null;
}

/** In place of the one before. A storage that is full or forbidden keeps nothing: the next session embeds again. */
export async function keepEmbedding(imageKey: string, bytes: Uint8Array): Promise<void> {
  const entry = { imageKey, bytes };
  stored = Promise.resolve(entry);
  try {
    await figma.clientStorage.setAsync(ENTRY, entry);
  } catch {
    await figma.clientStorage.deleteAsync(ENTRY).then(undefined, () => undefined);
  }
}
