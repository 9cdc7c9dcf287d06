import type { Size } from './affine.ts';
import type { Colour, ImagePath } from './host-contract.ts';

/** @returns an SVG in the coordinates of the image */
export function maskSvg(paths: readonly ImagePath[], imageSizePx: Size): string {
  return svg(
    imageSizePx,
    paths.map((path) => `  ${pathElement(path)}\n`),
  );
}

/**
 * @param layers from back to front
 * @returns an SVG in the coordinates of the image, a group per layer, each in its mean colour
 */
export function layersSvg(
  layers: readonly { name: string; colour: Colour; paths: readonly ImagePath[] }[],
  imageSizePx: Size,
): string {
  return svg(
    imageSizePx,
    layers.map(
      ({ name, colour, paths }) =>
        `  <g id="${escapeAttribute(name)}" fill="${hexColour(colour)}">${paths.map(pathElement).join('')}</g>\n`,
    ),
  );
}

/** @param colour sRGB, 0..1 each */
export function hexColour({ r, g, b }: Colour): string {
  return `#${[r, g, b]
    .map((share) =>
      Math.round(share * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function svg({ width, height }: Size, elements: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${elements.join('')}</svg>\n`;
}

function pathElement({ windingRule, data }: ImagePath): string {
  return `<path fill-rule="${windingRule.toLowerCase()}" d="${data}"/>`;
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
