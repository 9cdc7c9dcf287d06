import { element } from './markup.ts';

/**
 * Image adjustments and effects as SVG filter primitives. Figma's formulas are not documented; these move each colour the
 * same way, and depend on nothing but the colour, so that a picture looks the same at any size.
 */
export function imageFilterPrimitives(filters: ImageFilters = {}): string {
  const { exposure = 0, contrast = 0, saturation = 0, temperature = 0, tint = 0 } = filters;
  const { highlights = 0, shadows = 0 } = filters;
  let primitives = '';
  const gain = 2 ** exposure;
  const steep = 1 + contrast;
  if (exposure !== 0) primitives += linear([gain, gain, gain], [0, 0, 0]);
  if (contrast !== 0) primitives += linear([steep, steep, steep], Array(3).fill((1 - steep) / 2) as Three);
  if (saturation !== 0) {
    primitives += element('feColorMatrix', { type: 'saturate', values: Math.max(1 + saturation, 0) });
  }
  if (temperature !== 0) primitives += linear([1, 1, 1], [0.2 * temperature, 0, -0.2 * temperature]);
  if (tint !== 0) primitives += linear([1, 1, 1], [0.1 * tint, -0.2 * tint, 0.1 * tint]);
  if (highlights !== 0 || shadows !== 0) {
    primitives += table([0.2 * shadows, 0.5 + 0.1 * (shadows + highlights), 1 + 0.2 * highlights]);
  }
  return primitives;
}

/** Drop shadows and layer blurs; other effects are not drawn. */
export function effectPrimitives(effects: readonly Effect[]): string {
  return effects
    .filter(({ visible }) => visible !== false)
    .map((effect) => {
      if (effect.type === 'LAYER_BLUR') return element('feGaussianBlur', { stdDeviation: effect.radius / 2 });
      if (effect.type !== 'DROP_SHADOW') return '';
      const { color, offset, radius } = effect;
      return element('feDropShadow', {
        dx: offset.x,
        dy: offset.y,
        stdDeviation: radius / 2,
        'flood-color': `rgb(${[color.r, color.g, color.b].map((share) => Math.round(share * 255)).join()})`,
        'flood-opacity': color.a,
      });
    })
    .join('');
}

type Three = [number, number, number];

function linear(slopes: Three, intercepts: Three): string {
  return components((i) => ({ type: 'linear', slope: slopes[i]!, intercept: intercepts[i]! }));
}

function table(values: readonly number[]): string {
  const tableValues = values.map((value) => Math.min(Math.max(value, 0), 1)).join(' ');
  return components(() => ({ type: 'table', tableValues }));
}

function components(attributesOf: (index: number) => Record<string, string | number>): string {
  const functions = ['R', 'G', 'B'].map((channel, i) => element(`feFunc${channel}`, attributesOf(i)));
  return element('feComponentTransfer', {}, functions.join(''));
}
