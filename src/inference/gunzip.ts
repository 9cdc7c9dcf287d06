import { TinyCutError } from '../shared/errors.ts';

/** @throws TinyCutError `model-corrupt` */
export async function gunzip(packed: Uint8Array): Promise<Uint8Array> {
  try {
    const unpacked = new Blob([packed as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch {
    throw new TinyCutError(
      'model-corrupt',
      'A part of TinyCut is damaged and cannot be unpacked. Install it again.',
    );
  }
}
