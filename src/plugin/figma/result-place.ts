import { invert, multiply, type Affine } from '../../shared/affine.ts';

/** Where a result goes in the layer tree. */
export interface ResultPlace {
  parent: BaseNode & ChildrenMixin;
  /** Index among the parent's children, directly above the source. */
  index: number;
  /** From the canvas to the space that the result's relativeTransform is written in. */
  canvasToParent: Affine;
  page: PageNode;
  /** What the result lies directly above: the source, or the parent of it that takes no result. */
  sibling: SceneNode;
  /** A word to the user when the result is not beside its source. */
  notice: string | null;
}

type PlacedNode = SceneNode & DimensionAndPositionMixin;

/** Parents that a result cannot join: an instance takes no layers, the others would be changed by one. */
const CLOSED_PARENTS: { readonly [type: string]: string } = {
  INSTANCE: 'an instance',
  BOOLEAN_OPERATION: 'a boolean operation',
  COMPONENT_SET: 'a component set',
};

/** Directly above the source, or above the outermost parent that takes no result. */
export function findResultPlace(source: PlacedNode): ResultPlace {
  let sibling = source;
  let notice: string | null = null;
  for (let node = source.parent; node && node.type !== 'PAGE'; node = node.parent) {
    const kind = CLOSED_PARENTS[node.type];
    // The components in a set may well hold the result; only the set itself takes nothing but components.
    if (!kind || (node.type === 'COMPONENT_SET' && sibling.parent?.id !== node.id)) continue;
    sibling = node as PlacedNode;
    notice = `The image is inside ${kind}, which takes no new layers: the result is above "${sibling.name}".`;
  }
  const parent = sibling.parent as (BaseNode & ChildrenMixin) | null;
  if (!parent) throw new Error('A layer without a parent cannot be the source of a result.');
  const siblingId = sibling.id;
  return {
    parent,
    index: parent.children.findIndex(({ id }) => id === siblingId) + 1,
    // Groups have no space of their own. The sibling's two transforms tell of the right one, whatever the parent is.
    canvasToParent: multiply(sibling.relativeTransform, invert(sibling.absoluteTransform)),
    page: pageOf(parent),
    sibling,
    notice,
  };
}

export function pageOf(node: BaseNode): PageNode {
  let page: BaseNode = node;
  while (page.type !== 'PAGE' && page.parent) page = page.parent;
  return page as PageNode;
}

/**
 * Splits a map into what a node can carry: a transform whose axes have unit length, and a scale along each axis.
 * Every map without a flat axis can be written so; flips and skews live in the transform.
 */
export function splitScale(map: Affine): { transform: Affine; scaleX: number; scaleY: number } {
  const scaleX = Math.hypot(map[0][0], map[1][0]);
  const scaleY = Math.hypot(map[0][1], map[1][1]);
  const transform = multiply(map, [
    [1 / scaleX, 0, 0],
    [0, 1 / scaleY, 0],
  ]);
  return { transform, scaleX, scaleY };
}
