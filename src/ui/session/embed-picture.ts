import type { CallOptions } from '../../shared/channel.ts';
import type { EmbeddedImage, EngineProgress } from '../../shared/engine-contract.ts';
import type { ImageSource } from '../../shared/host-contract.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { HostChannel } from '../host/host-port.ts';
import type { Picture } from './picture.ts';

/** Where the embedding of the last image outlives the window: with hosts that keep one. */
export interface EmbeddingMemory {
  recall(): Promise<Uint8Array | null>;
  keep(bytes: Uint8Array): void;
}

/** @returns a memory for the embedding of one picture; losing what is kept costs no more than seconds, so it never fails */
export function hostMemory(
  host: HostChannel,
  { imageHash }: ImageSource,
  { pixels }: Picture,
): EmbeddingMemory {
  const imageKey = pixels.from === 'stored' ? imageHash : JSON.stringify([imageHash, pixels.look]);
  return {
    recall: () =>
      host.call('recallEmbedding', { imageKey }).then(
        ({ bytes }) => bytes,
        () => null,
      ),
    keep(bytes) {
      host.call('keepEmbedding', { imageKey, bytes }, { transfer: [bytes.buffer] }).catch(() => undefined);
    },
  };
}

/**
 * Embeds a picture, or brings back what the host has kept of it; what it did not have, it gets to keep.
 * @throws TinyCutError as `embed` of the engine
 */
export async function embedPicture(
  engine: EngineClient,
  picture: Picture,
  memory: EmbeddingMemory | null,
  options: CallOptions<EngineProgress>,
): Promise<EmbeddedImage> {
  const [file, kept] = await Promise.all([picture.file.arrayBuffer(), memory?.recall()]);
  const embedded = await engine.call(
    'embed',
    { file: new Uint8Array(file), ...(kept && { keptEmbedding: kept }) },
    { ...options, transfer: kept ? [file, kept.buffer] : [file] },
  );
  if (memory && !embedded.fromCache) void keep(engine, embedded, memory);
  return embedded;
}

async function keep(engine: EngineClient, { imageId }: EmbeddedImage, memory: EmbeddingMemory) {
  try {
    memory.keep((await engine.call('keepEmbedding', { imageId })).bytes);
  } catch {
    // The next session embeds again.
  }
}
