import { TinyCutError } from '../../shared/errors.ts';

/** Characters per slice of the fallback: a multiple of four, and short enough not to be felt. */
const SLICE_CHARS = 1 << 20;

interface Base64Constructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/**
 * Turns base64 into a Blob, which the browser keeps outside of the script's heap: the bytes of a 20 MB model are
 * wanted again only when a worker has to be replaced. Gives the thread back between the slices of the fallback.
 * @param pause resolves when other work has had its turn
 * @throws TinyCutError `model-corrupt`
 */
export async function base64ToBlob(
  text: string,
  pause: () => Promise<void>,
  decoder: Base64Constructor = Uint8Array as Base64Constructor,
): Promise<Blob> {
  try {
    if (decoder.fromBase64) return new Blob([decoder.fromBase64(text)]);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let start = 0; start < text.length; start += SLICE_CHARS) {
      parts.push(decodeSlice(text.slice(start, start + SLICE_CHARS)));
      await pause();
    }
    return new Blob(parts);
  } catch {
    throw new TinyCutError(
      'model-corrupt',
      'A file inside of TinyCut is damaged. Install the plugin again; your document is untouched.',
    );
  }
}

function decodeSlice(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
