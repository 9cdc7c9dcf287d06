import * as v from 'valibot';
import type { Params } from '../../shared/contract.ts';
import { repeatedCutoutSchema, type HostContract, type RepeatedCutout } from '../../shared/host-contract.ts';

const ENTRY = 'last-cutout';

const entrySchema = v.object({ version: v.literal(1), cutout: repeatedCutoutSchema });

/** Keeps how a result was made, for *Repeat last cutout* in this file or another. It is no loss when that fails. */
export async function keepLastCutout({
  source,
  pixels,
  imageSizePx,
  recipe,
}: Params<HostContract, 'placeOutput'>): Promise<void> {
  if (!recipe) return;
  const isRendered = pixels.from === 'rendered';
  const cutout: RepeatedCutout = { imageHash: source.imageHash, imageSizePx, isRendered, recipe };
  try {
    await figma.clientStorage.setAsync(ENTRY, { version: 1, cutout });
  } catch {
    // The one before is repeated then.
  }
}

/** @returns null when there is none, or it was kept in a form of another version */
export async function readLastCutout(): Promise<RepeatedCutout | null> {
  try {
    const parsed = v.safeParse(entrySchema, await figma.clientStorage.getAsync(ENTRY));
    return parsed.success ? parsed.output.cutout : null;
  } catch {
    return null;
  }
}
