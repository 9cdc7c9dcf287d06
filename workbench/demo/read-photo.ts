import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Size } from '../../src/shared/affine.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import { TinyCutError } from '../../src/shared/errors.ts';

/** Longest side of an image that a Figma file can hold, in pixels. */
const MAX_SIDE_PX = 4096;

export interface Photo {
  /** PNG, JPEG or GIF, at most 4096 px a side. */
  bytes: Uint8Array;
  /** Of the file, seen upright. */
  fileSizePx: Size;
  /** Pixels of `bytes` per pixel of the file. */
  scale: number;
}

/**
 * Reads a photo as it is when it gets dropped on a Figma canvas: unchanged where Figma can hold it, else drawn anew,
 * upright and at most 4096 px a side.
 * @throws TinyCutError `bad-argument` when there is no such file, `image-unreadable`
 */
export async function readPhoto(file: string): Promise<Photo> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new TinyCutError('bad-argument', `${file} cannot be read: ${reason}.`);
  });
  try {
    const { format, hasAlpha, autoOrient, orientation = 1 } = await sharp(bytes).metadata();
    const fileSizePx = { width: autoOrient.width, height: autoOrient.height };
    const scale = Math.min(1, MAX_SIDE_PX / Math.max(fileSizePx.width, fileSizePx.height));
    if (scale === 1 && orientation === 1 && ['png', 'jpeg', 'gif'].includes(format)) {
      return { bytes: new Uint8Array(bytes), fileSizePx, scale };
    }
    const drawn = sharp(bytes)
      .autoOrient()
      .resize({ width: MAX_SIDE_PX, height: MAX_SIDE_PX, fit: 'inside', withoutEnlargement: true });
    const encoded = hasAlpha ? drawn.png() : drawn.jpeg({ quality: 95 });
    return { bytes: new Uint8Array(await encoded.toBuffer()), fileSizePx, scale };
  } catch {
    throw new TinyCutError('image-unreadable', `${file} is not an image that can be read, or it is damaged.`);
  }
}

/** The prompt in pixels of the photo as it was read. */
export function scalePrompt(prompt: Prompt, scale: number): Prompt {
  const { box } = prompt;
  return {
    ...prompt,
    points: prompt.points.map(({ x, y, label }) => ({ x: x * scale, y: y * scale, label })),
    box: box && {
      x: box.x * scale,
      y: box.y * scale,
      width: box.width * scale,
      height: box.height * scale,
    },
  };
}
