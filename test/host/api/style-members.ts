import * as v from 'valibot';
import { IDENTITY_TRANSFORM, type NodeRecord } from '../document/node-record.ts';
import { formatPathData, mapPath, parsePathData, pathBounds } from '../document/path-data.ts';
import { fillGeometry } from '../document/fill-geometry.ts';
import { multiply, translation } from '../../../src/shared/affine.ts';
import { MIXED } from '../sandbox/wire.ts';
import { checked, finite, storedField, unitInterval, type Member, type MembersOf } from './member.ts';
import { effectList } from './effect-rules.ts';
import { completePaints, layerBlendMode, paintBlendMode, paintList } from './paint-rules.ts';

const nonNegative = v.pipe(finite, v.minValue(0));

export const BLEND_MEMBERS = {
  opacity: storedField('opacity', unitInterval),
  blendMode: {
    get: (run, id) => run.node(id).blendMode,
    set: (run, id, value) => {
      const { childIds, type } = run.requireWritable(id, 'set_blendMode');
      const mayPassThrough = childIds.length > 0 && type !== 'BOOLEAN_OPERATION';
      const schema = mayPassThrough ? layerBlendMode : paintBlendMode;
      run.document.update(id, { blendMode: checked(schema, value, 'set_blendMode') });
    },
  },
  isMask: storedField('isMask', v.boolean(), { isOverridable: false }),
  maskType: storedField('maskType', v.picklist(['ALPHA', 'VECTOR', 'LUMINANCE']), { isOverridable: false }),
  effects: storedField('effects', effectList),
} satisfies MembersOf<BlendMixin>;

export const FILL_MEMBERS = {
  fills: {
    get: (run, id) => {
      const { fills } = run.node(id);
      return fills === 'mixed' ? MIXED : completePaints(fills);
    },
    set: (run, id, value) => {
      run.requireWritable(id, 'set_fills');
      run.document.update(id, { fills: checked(paintList, value, 'set_fills') });
    },
  },
} satisfies MembersOf<MinimalFillsMixin>;

/** The outline that fills are cut to. Figma writes no space around the letters. */
export const GEOMETRY_MEMBERS = {
  fillGeometry: {
    get: (run, id) =>
      fillGeometry(run.document, run.node(id)).map(({ windingRule, data }) => ({
        windingRule,
        data: data.replace(/ ?([MLCZ]) ?/g, '$1'),
      })),
  },
} satisfies MembersOf<GeometryMixin>;

export const STROKE_MEMBERS = {
  strokes: {
    get: (run, id) => completePaints(run.node(id).strokes),
    set: (run, id, value) => {
      run.requireWritable(id, 'set_strokes');
      run.document.update(id, { strokes: checked(paintList, value, 'set_strokes') });
    },
  },
  strokeWeight: storedField('strokeWeight', nonNegative),
} satisfies MembersOf<MinimalStrokesMixin>;

function cornerRadius(index: 0 | 1 | 2 | 3, name: string): Member {
  return {
    get: (run, id) => run.node(id).cornerRadii[index],
    set: (run, id, value) => {
      const cornerRadii: NodeRecord['cornerRadii'] = [...run.requireWritable(id, `set_${name}`).cornerRadii];
      cornerRadii[index] = checked(nonNegative, value, `set_${name}`);
      run.document.update(id, { cornerRadii });
    },
  };
}

export const CORNER_MEMBERS = {
  cornerRadius: {
    get: (run, id) => {
      const [first, ...others] = run.node(id).cornerRadii;
      return others.every((radius) => radius === first) ? first : MIXED;
    },
    set: (run, id, value) => {
      run.requireWritable(id, 'set_cornerRadius');
      const radius = checked(nonNegative, value, 'set_cornerRadius');
      run.document.update(id, { cornerRadii: [radius, radius, radius, radius] });
    },
  },
} satisfies MembersOf<CornerMixin>;

export const RECTANGLE_CORNER_MEMBERS = {
  topLeftRadius: cornerRadius(0, 'topLeftRadius'),
  topRightRadius: cornerRadius(1, 'topRightRadius'),
  bottomRightRadius: cornerRadius(2, 'bottomRightRadius'),
  bottomLeftRadius: cornerRadius(3, 'bottomLeftRadius'),
} satisfies MembersOf<RectangleCornerMixin>;

const vectorPaths = v.array(
  v.strictObject({ windingRule: v.picklist(['NONZERO', 'EVENODD', 'NONE']), data: v.string() }),
);

export const VECTOR_MEMBERS = {
  vectorPaths: {
    get: (run, id) => run.node(id).vectorPaths,
    /**
     * The box shrinks to the curves and the node moves by as much, so that the outline stays where it is. How Figma
     * does this is not documented: a plugin that needs a place must set it afterwards.
     */
    set: (run, id, value) => {
      const node = run.requireWritable(id, 'set_vectorPaths', false);
      const parsed = checked(vectorPaths, value, 'set_vectorPaths').map(({ windingRule, data }) => ({
        windingRule,
        commands: parsePathData(data),
      }));
      const box = pathBounds(parsed.flatMap(({ commands }) => commands));
      run.document.update(id, {
        vectorPaths: parsed.map(({ windingRule, commands }) => ({
          windingRule,
          data: formatPathData(mapPath(translation(-box.x, -box.y), commands)),
        })),
        width: Math.fround(box.width),
        height: Math.fround(box.height),
        relativeTransform: multiply(
          node.relativeTransform ?? IDENTITY_TRANSFORM,
          translation(box.x, box.y),
        ) as Transform,
      });
    },
  },
} satisfies MembersOf<VectorLikeMixin>;
