import { Resvg } from '@resvg/resvg-js';

export interface Raster {
  /** RGBA, straight alpha, row-major. */
  pixels: Uint8Array;
  width: number;
  height: number;
  png: Uint8Array;
}

/**
 * Draws an SVG of `renderDocument` in Node.
 * @param scale pixels per canvas unit
 */
export function rasterise(svg: string, scale = 1): Raster {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false },
  }).render();
  return {
    pixels: toStraightAlpha(image.pixels),
    width: image.width,
    height: image.height,
    png: image.asPng(),
  };
}

/** The library hands out premultiplied pixels. */
function toStraightAlpha(premultiplied: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(premultiplied);
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < 3; c++) pixels[i + c] = Math.min(255, Math.round((pixels[i + c]! * 255) / alpha));
  }
  return pixels;
}
