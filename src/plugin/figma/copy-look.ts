import { forgetRecord } from './cutout-record.ts';
import type { FilledLayer } from './image-fills.ts';
import { withdrawOffers } from './relaunch-buttons.ts';

/** Layers whose copy is the same shape: a frame's copy would bring its contents along. */
const PLAIN_SHAPES: readonly string[] = [
  'RECTANGLE',
  'ELLIPSE',
  'POLYGON',
  'STAR',
  'VECTOR',
  'TEXT',
  'TEXT_PATH',
  'BOOLEAN_OPERATION',
];

/** Makes a result as see-through, and as blended with what is below it, as its source. */
export function copyBlending(from: SceneNode, to: SceneNode): void {
  if (!('opacity' in from) || !('opacity' in to)) return;
  to.opacity = from.opacity;
  // A shape has nothing in it that could be passed through.
  if (from.blendMode !== 'PASS_THROUGH') to.blendMode = from.blendMode;
}

/** Makes a result that goes above a parent of its source as see-through as that parent and all in between. */
export function copyOpacityAround(source: SceneNode, outermost: SceneNode, to: SceneNode): void {
  if (!('opacity' in to)) return;
  let opacity = 1;
  let node: BaseNode | null = source;
  while (node && node.id !== outermost.id) {
    node = node.parent;
    if (node && 'opacity' in node) opacity *= node.opacity;
  }
  // Otherwise it goes elsewhere, in the place of an earlier result.
  if (node) to.opacity = to.opacity * opacity;
}

/** For a layer in a group that carries the blending for all. */
export function resetBlending(node: SceneNode): void {
  if (!('opacity' in node)) return;
  node.opacity = 1;
  node.blendMode = 'NORMAL';
}

/** A layer that shows what the source itself shows: its fills, in its shape. */
export function copyPicture(source: FilledLayer, created: SceneNode[]): SceneNode & LayoutMixin {
  if (PLAIN_SHAPES.indexOf(source.type) === -1) return copyBox(source, created);
  const copy = source.clone() as RectangleNode;
  created.push(copy);
  forgetRecord(copy);
  withdrawOffers(copy);
  // Neither would serve in the result: a mask is not seen, and a locked layer cannot be picked.
  copy.isMask = false;
  copy.locked = false;
  // These belong to the layer, not to its image: a cutout has neither, and behind the mask they would end halfway.
  copy.strokes = [];
  copy.effects = [];
  return copy;
}

function copyBox(source: FilledLayer, created: SceneNode[]): RectangleNode {
  const box = figma.createRectangle();
  created.push(box);
  box.name = source.name;
  box.fills = source.fills as readonly Paint[];
  box.resizeWithoutConstraints(source.width, source.height);
  copyBlending(source, box);
  if ('topLeftRadius' in source) copyCorners(source, box);
  return box;
}

export function copyCorners(from: RectangleCornerMixin, to: RectangleCornerMixin): void {
  to.topLeftRadius = from.topLeftRadius;
  to.topRightRadius = from.topRightRadius;
  to.bottomRightRadius = from.bottomRightRadius;
  to.bottomLeftRadius = from.bottomLeftRadius;
}
