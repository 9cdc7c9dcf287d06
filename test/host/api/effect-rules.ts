import * as v from 'valibot';
import { finite, unitInterval } from './member.ts';
import { paintBlendMode } from './paint-rules.ts';

const shadow = {
  color: v.strictObject({ r: unitInterval, g: unitInterval, b: unitInterval, a: unitInterval }),
  offset: v.strictObject({ x: finite, y: finite }),
  radius: v.pipe(finite, v.minValue(0)),
  spread: v.optional(finite, 0),
  visible: v.optional(v.boolean(), true),
  blendMode: v.optional(paintBlendMode, 'NORMAL'),
};

/** Shadows and blurs, as `effects` takes them. */
export const effectList = v.array(
  v.variant('type', [
    v.strictObject({
      type: v.literal('DROP_SHADOW'),
      showShadowBehindNode: v.optional(v.boolean(), false),
      ...shadow,
    }),
    v.strictObject({ type: v.literal('INNER_SHADOW'), ...shadow }),
    v.strictObject({
      type: v.picklist(['LAYER_BLUR', 'BACKGROUND_BLUR']),
      radius: v.pipe(finite, v.minValue(0)),
      visible: v.optional(v.boolean(), true),
    }),
  ]),
) as unknown as v.GenericSchema<unknown, Effect[]>;
