import { hexToBytes } from '@noble/hashes/utils.js';
import { EMBEDDING_CHANNELS, EMBEDDING_SIDE } from './model/architecture.ts';
import { crc32 } from './model/pack/crc32.ts';

/**
 * An embedding in a form to be kept, 2 MB instead of 4: 16 bits a value, with a scale and an offset for each channel.
 *
 *     0    4  "TCEM"
 *     4    4  version, unsigned, little-endian like all that follows
 *     8    4  CRC-32 of everything after this field
 *     12   4  CRC-32 of the model's weights
 *     16  32  SHA-256 of the image's file
 *     48      float32 per channel: the smallest value; then float32 per channel: the step
 *             uint16 per value, [256, 64, 64]
 */
const MAGIC = 0x4d454354;
/** To be raised whenever an image comes to another embedding: preprocessing and graphs are no part of the weights. */
const VERSION = 1;
const CHECKED_FROM = 12;
const HEADER_BYTES = 48;
const CELLS = EMBEDDING_SIDE ** 2;
const VALUES_FROM = HEADER_BYTES + EMBEDDING_CHANNELS * 8;
const TOTAL_BYTES = VALUES_FROM + EMBEDDING_CHANNELS * CELLS * 2;
const MAX_LEVEL = 65_535;

/** What an embedding is of. */
export interface EmbeddingKey {
  /** SHA-256 of the image, hex. */
  imageId: string;
  /** CRC-32 of the weight pack. */
  modelId: number;
}

/**
 * @param embedding [1, 256, 64, 64]
 * @returns the embedding, each value to half a step: 1/131070 of its channel's range
 */
export function keepEmbedding(embedding: Float32Array, { imageId, modelId }: EmbeddingKey): Uint8Array {
  const bytes = new Uint8Array(TOTAL_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(hexToBytes(imageId), 16);
  const { lows, steps, levels } = fieldsOf(bytes);
  for (let channel = 0; channel < EMBEDDING_CHANNELS; channel++) {
    const start = channel * CELLS;
    const values = embedding.subarray(start, start + CELLS);
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const step = (high - low) / MAX_LEVEL;
    lows[channel] = low;
    steps[channel] = step;
    for (let i = 0; i < CELLS; i++) {
      levels[start + i] = step > 0 ? Math.round((values[i]! - low) / step) : 0;
    }
  }
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(12, modelId, true);
  view.setUint32(8, crc32(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** @returns embedding [1, 256, 64, 64]; null when it is of something else, of another version, or not as it was kept */
export function restoreEmbedding(kept: Uint8Array, { imageId, modelId }: EmbeddingKey): Float32Array | null {
  if (kept.length !== TOTAL_BYTES) return null;
  // Copied, since the values need to be aligned.
  const bytes = kept.slice();
  const view = new DataView(bytes.buffer);
  const isOurs = view.getUint32(0, true) === MAGIC && view.getUint32(4, true) === VERSION;
  if (!isOurs || view.getUint32(12, true) !== modelId) return null;
  if (hexToBytes(imageId).some((byte, i) => byte !== bytes[16 + i])) return null;
  if (crc32(bytes.subarray(CHECKED_FROM)) !== view.getUint32(8, true)) return null;
  const { lows, steps, levels } = fieldsOf(bytes);
  const embedding = new Float32Array(EMBEDDING_CHANNELS * CELLS);
  for (let channel = 0; channel < EMBEDDING_CHANNELS; channel++) {
    const [low, step] = [lows[channel]!, steps[channel]!];
    for (let i = channel * CELLS; i < (channel + 1) * CELLS; i++) {
      embedding[i] = low + step * levels[i]!;
    }
  }
  return embedding;
}

/** Every machine that runs WebAssembly in a browser is little-endian. */
function fieldsOf({ buffer }: Uint8Array) {
  return {
    lows: new Float32Array(buffer, HEADER_BYTES, EMBEDDING_CHANNELS),
    steps: new Float32Array(buffer, HEADER_BYTES + EMBEDDING_CHANNELS * 4, EMBEDDING_CHANNELS),
    levels: new Uint16Array(buffer, VALUES_FROM, EMBEDDING_CHANNELS * CELLS),
  };
}
