import * as v from 'valibot';
import { finite, unitInterval } from './member.ts';

const BLEND_MODES = [
  'NORMAL',
  'DARKEN',
  'MULTIPLY',
  'LINEAR_BURN',
  'COLOR_BURN',
  'LIGHTEN',
  'SCREEN',
  'LINEAR_DODGE',
  'COLOR_DODGE',
  'OVERLAY',
  'SOFT_LIGHT',
  'HARD_LIGHT',
  'DIFFERENCE',
  'EXCLUSION',
  'HUE',
  'SATURATION',
  'COLOR',
  'LUMINOSITY',
] as const satisfies readonly BlendMode[];

export const paintBlendMode = v.picklist(BLEND_MODES);
/** Layers that hold others may also let their blending through. */
export const layerBlendMode = v.picklist([...BLEND_MODES, 'PASS_THROUGH'] as const);

const row = v.strictTuple([finite, finite, finite]);
export const transformShape = v.strictTuple([row, row]) as v.GenericSchema<unknown, Transform>;

const common = {
  visible: v.optional(v.boolean(), true),
  opacity: v.optional(unitInterval, 1),
  blendMode: v.optional(paintBlendMode, 'NORMAL'),
};

const filter = v.optional(v.pipe(finite, v.minValue(-1), v.maxValue(1)), 0);

const solidPaint = v.strictObject({
  type: v.literal('SOLID'),
  /** Strict: an `a` here is a mistake that Figma refuses; a paint's alpha is its opacity. */
  color: v.strictObject({ r: unitInterval, g: unitInterval, b: unitInterval }),
  boundVariables: v.optional(v.strictObject({}), {}),
  ...common,
});

const imagePaint = v.strictObject({
  type: v.literal('IMAGE'),
  scaleMode: v.picklist(['FILL', 'FIT', 'CROP', 'TILE']),
  imageHash: v.nullable(v.string()),
  imageTransform: v.optional(transformShape, [
    [1, 0, 0],
    [0, 1, 0],
  ]),
  scalingFactor: v.optional(v.pipe(finite, v.gtValue(0)), 0.5),
  rotation: v.optional(v.pipe(finite, v.multipleOf(90, 'must be a multiple of 90')), 0),
  filters: v.optional(
    v.strictObject({
      exposure: filter,
      contrast: filter,
      saturation: filter,
      temperature: filter,
      tint: filter,
      highlights: filter,
      shadows: filter,
    }),
    {},
  ),
  ...common,
});

const paint = v.variant('type', [solidPaint, imagePaint]);

/** Checks paints and fills in what was left out, as Figma does. */
export const paintList = v.array(paint) as unknown as v.GenericSchema<unknown, Paint[]>;

/** Paints as a plugin reads them: complete, whoever wrote them. */
export function completePaints(paints: readonly Paint[]): Paint[] {
  return v.parse(paintList, paints);
}
