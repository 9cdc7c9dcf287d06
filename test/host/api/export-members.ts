import * as v from 'valibot';
import { boundsOf, mappedCorners } from '../document/transforms.ts';
import { hasPaint, renderBounds } from '../render/render-bounds.ts';
import { renderNode } from '../render/document-svg.ts';
import { checked, finite, storedField, type MembersOf } from './member.ts';

const positive = v.pipe(finite, v.minValue(0.01));

const exportSettings = v.optional(
  v.strictObject({
    format: v.literal('PNG', 'only PNG is modelled'),
    contentsOnly: v.optional(v.literal(true, 'false is not modelled'), true),
    useAbsoluteBounds: v.optional(v.boolean(), false),
    suffix: v.optional(v.string(), ''),
    constraint: v.optional(
      v.strictObject({ type: v.picklist(['SCALE', 'WIDTH', 'HEIGHT']), value: positive }),
      { type: 'SCALE', value: 1 },
    ),
    colorProfile: v.optional(v.picklist(['DOCUMENT', 'SRGB', 'DISPLAY_P3_V4']), 'DOCUMENT'),
  }),
  { format: 'PNG' },
);

/** Where Figma's limit for exports lies is not documented; that of images that come in is. */
const MAX_SIDE_PX = 4096;

export const EXPORT_MEMBERS = {
  exportSettings: storedField(
    'exportSettings',
    v.array(v.strictObject({ format: v.picklist(['PNG', 'JPG']) })),
  ),
  /**
   * The layer and all in it, in the place and rotation that it has on the canvas, effects and strokes included, without
   * what lies over or under it. `useAbsoluteBounds` is for the layer's own box, else it is what can be seen of it.
   */
  exportAsync: {
    call: (run, id, [settings]) => {
      const { constraint, useAbsoluteBounds } = checked(exportSettings, settings, 'exportAsync');
      run.node(id);
      return run.later(() => {
        const { document } = run;
        const { width, height } = run.node(id);
        const visible = renderBounds(document, id);
        if (!visible || !hasPaint(document, id)) {
          throw new Error(
            'in exportAsync: Failed to export node. This node may not have any visible layers.',
          );
        }
        const box = boundsOf(mappedCorners(document.absoluteTransform(id), width, height));
        const bounds = useAbsoluteBounds ? box : visible;
        const scale =
          constraint.type === 'SCALE'
            ? constraint.value
            : constraint.value / (constraint.type === 'WIDTH' ? bounds.width : bounds.height);
        const sizePx = {
          width: Math.ceil(bounds.width * scale - 1e-4),
          height: Math.ceil(bounds.height * scale - 1e-4),
        };
        if (Math.max(sizePx.width, sizePx.height) > MAX_SIDE_PX) {
          throw new Error('in exportAsync: Target is too large to export as an image');
        }
        const whole = { ...bounds, width: sizePx.width / scale, height: sizePx.height / scale };
        return run.options.rasterise(renderNode(document, id, whole), sizePx);
      });
    },
  },
} satisfies MembersOf<ExportMixin>;
