import sharp from 'sharp';
import type { Size } from '../../src/shared/affine.ts';
import { rasterise, type Raster } from './rasterise.ts';

const EMBEDDED = /(style="image-orientation:none" )?href="data:image\/(jpeg|gif);base64,([^"]+)"/g;

/**
 * Draws an SVG of the double in Node, photos with EXIF orientation, CMYK colours and all: the library that draws has no
 * decoder for those, so they are handed to it as PNG.
 */
export async function rasteriseSvg(svg: string, scale = 1): Promise<Raster> {
  const files = new Map<string, string>();
  for (const [whole, keepsOrientation, , base64] of svg.matchAll(EMBEDDED)) {
    const file = sharp(Buffer.from(base64!, 'base64'));
    const upright = keepsOrientation ? file : file.autoOrient();
    const png = await upright.toColourspace('srgb').png({ compressionLevel: 1 }).toBuffer();
    files.set(whole, `href="data:image/png;base64,${png.toString('base64')}"`);
  }
  return rasterise(
    svg.replace(EMBEDDED, (whole) => files.get(whole)!),
    scale,
  );
}

/** For `exportAsync`. */
export async function rasteriseToPng(svg: string, { width }: Size): Promise<Uint8Array> {
  const [, drawnWidth] = /<svg [^>]*?width="([^"]+)"/.exec(svg)!;
  return (await rasteriseSvg(svg, width / Number(drawnWidth))).png;
}
