import { encode } from 'fast-png';
import type { Matte, Size } from '../../inference/index.ts';

/** @returns a grey PNG as large as the image: 255 inside of the mask, 0 outside */
export function maskPng({ alpha, imageRect }: Matte, { width, height }: Size): Uint8Array {
  const data = new Uint8Array(width * height);
  for (let row = 0; row < imageRect.height; row++) {
    const source = row * imageRect.width;
    data.set(alpha.subarray(source, source + imageRect.width), (imageRect.y + row) * width + imageRect.x);
  }
  return encode({ width, height, data, channels: 1 });
}
