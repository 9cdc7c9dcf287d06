import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { RgbaImage } from './image-codec.ts';

/**
 * SHA-256 in hex, of an image file or of pixels with their width. Not by crypto.subtle, which Figma's iframe does
 * not have: its null origin is no secure context.
 */
export function contentHash(image: Uint8Array | RgbaImage): string {
  if (image instanceof Uint8Array) return bytesToHex(sha256(image));
  const { width, height, data } = image;
  const hash = sha256.create().update(Uint8Array.of(0)); // no image file begins so
  hash.update(new Uint8Array(Uint32Array.of(width, height).buffer));
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return bytesToHex(hash.digest());
}
