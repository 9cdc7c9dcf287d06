import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { imageSize } from 'image-size';
import type { Size } from '../../../src/shared/affine.ts';

export interface StoredImage {
  hash: string;
  bytes: Uint8Array;
  sizePx: Size;
}

const MAX_IMAGE_SIDE_PX = 4096;

const MAGIC_BYTES: Record<string, number[]> = {
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  jpg: [0xff, 0xd8, 0xff],
  gif: [0x47, 0x49, 0x46, 0x38],
};

/** The images of a file, each once, named by a hash of its content. */
export class ImageStore {
  private readonly images = new Map<string, StoredImage>();
  /** Where a plugin gets something else than what the canvas shows, or nothing. */
  private readonly handedOut = new Map<string, Uint8Array | null>();
  /** Whether the canvas turns a photo as its EXIF data says. Figma's way is not documented: either is possible. */
  orientation: 'applied' | 'ignored' = 'applied';

  /** @throws Error with Figma's wording for an unknown type and for more than 4096 px a side */
  add(bytes: Uint8Array): StoredImage {
    const isKnown = Object.values(MAGIC_BYTES).some((magic) => magic.every((byte, i) => bytes[i] === byte));
    if (!isKnown) throw new Error('Image type is unsupported');
    const { width, height, orientation = 1 } = imageSize(bytes);
    if (Math.max(width, height) > MAX_IMAGE_SIDE_PX) throw new Error('Image is too large');
    const isTurned = this.orientation === 'applied' && orientation >= 5;
    return this.keep(bytes, isTurned ? { width: height, height: width } : { width, height });
  }

  /** What a plugin gets. */
  get(hash: string): StoredImage | undefined {
    const image = this.images.get(hash);
    const bytes = this.handedOut.get(hash);
    if (!image || bytes === null) return undefined;
    return bytes ? { ...image, bytes } : image;
  }

  /** What the canvas shows. */
  shown(hash: string): StoredImage | undefined {
    return this.images.get(hash);
  }

  /** As when the canvas still has an image that the server does not hand out any more. */
  withhold(hash: string): void {
    this.handedOut.set(hash, null);
  }

  /** As when the stored file is one that Figma can decode and others cannot. */
  handOutInstead(hash: string, bytes: Uint8Array): void {
    this.handedOut.set(hash, bytes);
  }

  /** As when an image is nowhere to be had, and the canvas shows nothing either. */
  forget(hash: string): void {
    this.images.delete(hash);
  }

  /** Stores a file that a user pasted, whatever its type and size: also broken ones, for tests of failures. */
  keep(bytes: Uint8Array, sizePx: Size): StoredImage {
    const hash = bytesToHex(sha1(bytes));
    const image = this.images.get(hash) ?? { hash, bytes: bytes.slice(), sizePx };
    this.images.set(hash, image);
    return image;
  }
}
