import * as v from 'valibot';
import { invert, multiply, rotation, scaling, type Affine } from '../../../src/shared/affine.ts';
import { formatPathData, mapPath, parsePathData } from '../document/path-data.ts';
import { isShrinkWrapped } from '../document/node-record.ts';
import { renderBounds } from '../render/render-bounds.ts';
import { hasUnitAxes } from '../document/transforms.ts';
import { checked, finite, storedField, type Member, type MembersOf } from './member.ts';
import { transformShape } from './paint-rules.ts';
import type { PluginRun } from './plugin-run.ts';

const size = v.pipe(finite, v.minValue(0.01, 'must be at least 0.01'));

/** A child that auto-layout places keeps its place, whatever is written; only its axes may change. */
function moveNode(run: PluginRun, id: string, transform: Affine, place: string): void {
  run.requireWritable(id, place, false);
  run.document.update(id, { relativeTransform: transform as Transform });
}

function coordinate(row: 0 | 1, name: string): Member {
  return {
    get: (run, id) => run.node(id).relativeTransform[row][2],
    set: (run, id, value) => {
      const map = structuredClone(run.node(id).relativeTransform);
      map[row][2] = checked(finite, value, `set_${name}`);
      moveNode(run, id, map, `set_${name}`);
    },
  };
}

const resize: Member = {
  call: (run, id, args) => {
    const [width, height] = checked(v.strictTuple([size, size]), args, 'resize');
    const node = run.requireWritable(id, 'resize', false);
    if (node.type === 'GROUP' || node.type === 'BOOLEAN_OPERATION') {
      throw new Error('in resize: Resizing a group is not modelled');
    }
    const stretch = scaling(width / (node.width || 1), height / (node.height || 1));
    const vectorPaths = node.vectorPaths.map(({ windingRule, data }) => ({
      windingRule,
      data: formatPathData(mapPath(stretch, parsePathData(data))),
    }));
    run.document.update(id, { width: Math.fround(width), height: Math.fround(height), vectorPaths });
  },
};

/** Scales a layer about its origin with everything in it, outlines, radii, strokes and effects included. */
function rescale(run: PluginRun, id: string, factor: number): void {
  const node = run.node(id);
  const isContainerOfOwn = node.childIds.length > 0 && isShrinkWrapped(node.type);
  const origin = node.relativeTransform;
  for (const childId of [...node.childIds]) {
    const child = run.node(childId);
    const map = isContainerOfOwn
      ? multiply(invert(origin), child.relativeTransform)
      : child.relativeTransform;
    const moved: Affine = [
      [map[0][0], map[0][1], map[0][2] * factor],
      [map[1][0], map[1][1], map[1][2] * factor],
    ];
    rescale(run, childId, factor);
    const place = isContainerOfOwn ? multiply(origin, moved) : moved;
    run.document.update(childId, { relativeTransform: place as Transform });
  }
  if (isContainerOfOwn) return;
  const stretch = scaling(factor, factor);
  const [tl, tr, br, bl] = node.cornerRadii;
  run.document.update(id, {
    width: Math.fround(node.width * factor),
    height: Math.fround(node.height * factor),
    strokeWeight: node.strokeWeight * factor,
    cornerRadii: [tl * factor, tr * factor, br * factor, bl * factor],
    vectorPaths: node.vectorPaths.map(({ windingRule, data }) => ({
      windingRule,
      data: formatPathData(mapPath(stretch, parsePathData(data))),
    })),
  });
}

const rescaleFactor = v.pipe(finite, v.minValue(0.01, 'must be at least 0.01'));

export const POSITION_MEMBERS = {
  x: coordinate(0, 'x'),
  y: coordinate(1, 'y'),
  width: { get: (run, id) => run.node(id).width },
  height: { get: (run, id) => run.node(id).height },
  relativeTransform: {
    get: (run, id) => run.node(id).relativeTransform,
    set: (run, id, value) => {
      const map = checked(transformShape, value, 'set_relativeTransform');
      if (!hasUnitAxes(map)) {
        throw new Error('in set_relativeTransform: The axes must have unit length. Use resize to scale');
      }
      moveNode(run, id, map, 'set_relativeTransform');
    },
  },
  absoluteTransform: { get: (run, id) => (run.node(id), run.document.absoluteTransform(id)) },
  absoluteBoundingBox: { get: (run, id) => run.document.absoluteBounds(id) },
} satisfies MembersOf<DimensionAndPositionMixin>;

export const LAYOUT_MEMBERS = {
  ...POSITION_MEMBERS,
  rotation: {
    get: (run, id) => {
      const { relativeTransform } = run.node(id);
      return (Math.atan2(-relativeTransform[1][0], relativeTransform[0][0]) * 180) / Math.PI;
    },
    set: (run, id, value) => {
      const { relativeTransform } = run.node(id);
      const origin: Affine = [
        [1, 0, relativeTransform[0][2]],
        [0, 1, relativeTransform[1][2]],
      ];
      const degrees = checked(finite, value, 'set_rotation');
      moveNode(run, id, multiply(origin, rotation(-degrees)), 'set_rotation');
    },
  },
  resize,
  resizeWithoutConstraints: resize,
  rescale: {
    call: (run, id, [factor]) => {
      run.requireWritable(id, 'rescale', false);
      rescale(run, id, checked(rescaleFactor, factor, 'rescale'));
    },
  },
  absoluteRenderBounds: { get: (run, id) => (run.node(id), renderBounds(run.document, id)) },
  layoutGrow: storedField('layoutGrow', finite),
  layoutAlign: storedField('layoutAlign', v.picklist(['MIN', 'CENTER', 'MAX', 'STRETCH', 'INHERIT'])),
  layoutPositioning: {
    get: (run, id) => run.node(id).layoutPositioning,
    set: (run, id, value) => {
      const mode = checked(v.picklist(['AUTO', 'ABSOLUTE']), value, 'set_layoutPositioning');
      const { parentId } = run.requireWritable(id, 'set_layoutPositioning', false);
      if (mode === 'ABSOLUTE' && (!parentId || run.node(parentId).layoutMode === 'NONE')) {
        throw new Error(
          'in set_layoutPositioning: Can only set layoutPositioning = ABSOLUTE if the parent node has layoutMode !== NONE',
        );
      }
      run.document.update(id, { layoutPositioning: mode });
    },
  },
} satisfies MembersOf<LayoutMixin>;
