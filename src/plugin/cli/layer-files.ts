import type { MadeLayer, Size } from '../../inference/index.ts';

/** @param colour sRGB, 0..1 each */
export function hexColour({ r, g, b }: MadeLayer['colour']): string {
  return `#${[r, g, b]
    .map((share) =>
      Math.round(share * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/**
 * @param layers from back to front
 * @returns an SVG in the coordinates of the image, a group per layer, each in its mean colour
 */
export function layersSvg(
  layers: readonly (MadeLayer & { name: string })[],
  { width, height }: Size,
): string {
  const groups = layers.map(({ name, colour, output }) => {
    const paths = output.kind === 'cutout' ? [] : output.paths;
    const elements = paths.map(
      ({ windingRule, data }) => `<path fill-rule="${windingRule.toLowerCase()}" d="${data}"/>`,
    );
    return `  <g id="${name}" fill="${hexColour(colour)}">${elements.join('')}</g>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${groups.join('')}</svg>\n`;
}
