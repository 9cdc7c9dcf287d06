import { Resvg } from '@resvg/resvg-js';
import type { Size } from '../../../src/shared/affine.ts';

/**
 * A path drawn by resvg.
 * @param data of one path element, filled by the even-odd rule
 * @returns how much of each pixel is inside, 0..255 [height x width]
 */
export function pathCoverage(data: string, { width, height }: Size): Uint8Array {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path fill-rule="evenodd" d="${data}"/></svg>`;
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return Uint8Array.from({ length: width * height }, (_, i) => pixels[4 * i + 3]!);
}
