import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EMBEDDING_BYTES = 256 * 64 * 64 * 4;

/** Embeddings on disk, 4 MB each: seconds of work that come out the same every time. */
export class EmbeddingCache {
  private readonly folder: string;

  /**
   * @param cacheFolder holds one folder per network
   * @param networkHash changes whenever the network does
   */
  constructor(cacheFolder: string, networkHash: string) {
    this.folder = join(cacheFolder, networkHash.slice(0, 16));
  }

  /** @returns embedding [1, 256, 64, 64], out of the cache or made and put there */
  async embedding(imageFile: Uint8Array, make: () => Promise<Float32Array>): Promise<Float32Array> {
    const hash = createHash('sha256').update(imageFile).digest('hex').slice(0, 16);
    const path = join(this.folder, `${hash}.f32`);
    const kept = readOrNull(path);
    if (kept?.length === EMBEDDING_BYTES) return new Float32Array(Uint8Array.from(kept).buffer);
    const embedding = await make();
    mkdirSync(this.folder, { recursive: true });
    // Others may read meanwhile: a file appears complete or not at all.
    const partial = `${path}.${process.pid}.partial`;
    writeFileSync(partial, new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
    renameSync(partial, path);
    return embedding;
  }
}

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
