import type { Rect, Size } from '../../shared/affine.ts';
import { alphaAt, type Matte } from './matte.ts';
import type { RgbaPixels } from './working-scale.ts';

/** A part of an image and of its matte, at one resolution. */
export interface ColourLevel extends Size {
  /** 0..1 [height x width x 3] */
  colours: Float32Array;
  /** 0..1 [height x width] */
  alpha: Float32Array;
  /** Of the image, 0..1 [height x width]: what it does not show has no colour. */
  opacity: Float32Array;
}

/**
 * @param seen whole pixels inside of the image
 * @returns from the finest, of `seen`'s size, to the coarsest, which is one pixel
 */
export function colourLevels(image: RgbaPixels, matte: Matte, seen: Rect): ColourLevel[] {
  const levels = [finestLevel(image, matte, seen)];
  for (let level = levels[0]!; level.width * level.height > 1; levels.push(level)) level = halved(level);
  return levels;
}

function finestLevel({ data, width }: RgbaPixels, matte: Matte, seen: Rect): ColourLevel {
  const level = emptyLevel(seen);
  for (let y = 0, i = 0; y < seen.height; y++) {
    for (let x = 0, at = ((seen.y + y) * width + seen.x) * 4; x < seen.width; x++, i++, at += 4) {
      level.alpha[i] = alphaAt(matte, seen.x + x, seen.y + y) / 255;
      level.opacity[i] = data[at + 3]! / 255;
      for (let c = 0; c < 3; c++) level.colours[i * 3 + c] = data[at + c]! / 255;
    }
  }
  return level;
}

function emptyLevel({ width, height }: Size): ColourLevel {
  const plane = (channels: number): Float32Array => new Float32Array(width * height * channels);
  return { width, height, colours: plane(3), alpha: plane(1), opacity: plane(1) };
}

/** Means of 2 x 2 pixels, colours weighted by how opaque they are. */
function halved(fine: ColourLevel): ColourLevel {
  const coarse = emptyLevel({ width: Math.ceil(fine.width / 2), height: Math.ceil(fine.height / 2) });
  const counts = new Uint8Array(coarse.width * coarse.height);
  for (let y = 0, from = 0; y < fine.height; y++) {
    for (let x = 0; x < fine.width; x++, from++) {
      const to = (y >> 1) * coarse.width + (x >> 1);
      const opacity = fine.opacity[from]!;
      counts[to]!++;
      coarse.alpha[to]! += fine.alpha[from]!;
      coarse.opacity[to]! += opacity;
      for (let c = 0; c < 3; c++) coarse.colours[to * 3 + c]! += opacity * fine.colours[from * 3 + c]!;
    }
  }
  counts.forEach((count, i) => {
    const opacity = Math.max(coarse.opacity[i]!, 1e-6);
    for (let c = 0; c < 3; c++) coarse.colours[i * 3 + c]! /= opacity;
    coarse.alpha[i]! /= count;
    coarse.opacity[i]! /= count;
  });
  return coarse;
}
