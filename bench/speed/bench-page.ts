/** What both pages, ours and the peer's, offer to the bench as `globalThis.benchPage`. Each call is one step. */
export interface BenchPage {
  /** Fetches what the product has at hand when it starts. */
  prepare(): Promise<void>;
  /** From files at hand to an engine that takes images. */
  load(): Promise<void>;
  /** Opens a picture file and answers one click with a mask at the picture's size. */
  firstMask(picture: PictureName, variant: number, click: Fraction): Promise<void>;
  /** The mask of `firstMask`, one bit per pixel, row-major, in base64. */
  lastMask(): string;
  /** Opens a picture file: its bytes -> embedding. `variant` makes it a file that no cache knows. */
  encode(picture: PictureName, variant: number): Promise<void>;
  /** Clicks on the picture that was encoded last, one after another. */
  prompts(clicks: readonly Fraction[]): Promise<void>;
  /** Time in the decoder alone for the last of them, wall time; null where the page cannot know. */
  lastDecodeMs(): number | null;
}

/** `photo` is as people open them; `small` lets what is done per pixel of the picture vanish. */
export type PictureName = 'photo' | 'small';

/** A position as a share of width and height, 0..1. */
export interface Fraction {
  x: number;
  y: number;
}

/** Served beside the pages. */
export const PICTURE_URLS: Record<PictureName, string> = { photo: '/photo.jpg', small: '/small.jpg' };

/** Decoders of JPEG pass over what follows the end of the picture, so this makes a new file of the same picture. */
export function variantOf(file: Uint8Array, variant: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(file.length + 2);
  copy.set(file);
  copy[file.length] = variant & 255;
  copy[file.length + 1] = variant >> 8;
  return copy;
}

export function packMask(isInside: (pixel: number) => boolean, pixelCount: number): string {
  const bytes = new Uint8Array(Math.ceil(pixelCount / 8));
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    if (isInside(pixel)) bytes[pixel >> 3]! |= 1 << (pixel & 7);
  }
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

export async function fetchBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
