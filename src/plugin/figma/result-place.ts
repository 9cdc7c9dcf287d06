import { IDENTITY, invert, multiply, type Affine } from '../../shared/affine.ts';

/** Where a result goes in the layer tree. */
export interface ResultPlace {
  parent: BaseNode & ChildrenMixin;
  /** Index among the parent's children, directly above the source. */
  index: number;
  /** From the canvas to the space that the result's relativeTransform is written in. */
  canvasToParent: Affine;
  page: PageNode;
  /** A word to the user when the result is not beside its source. */
  notice: string | null;
}

/**
 * Directly above the source. What is inside an instance cannot get siblings, and a child of a boolean operation would
 * change its shape: there the result goes above the outermost of these.
 */
export function findResultPlace(source: SceneNode): ResultPlace {
  let sibling: BaseNode = source;
  for (let node: BaseNode = source; node.parent && node.type !== 'PAGE'; node = node.parent) {
    if (node !== source && (node.type === 'INSTANCE' || node.type === 'BOOLEAN_OPERATION')) sibling = node;
  }
  const parent = sibling.parent as (BaseNode & ChildrenMixin) | null;
  if (!parent) throw new Error('A layer without a parent cannot be the source of a result.');
  const siblingId = sibling.id;
  return {
    parent,
    index: parent.children.findIndex(({ id }) => id === siblingId) + 1,
    canvasToParent: invert(spaceOf(parent)),
    page: pageOf(parent),
    notice: noticeFor(sibling, source),
  };
}

function noticeFor(sibling: BaseNode, source: BaseNode): string | null {
  if (sibling === source) return null;
  const kind = sibling.type === 'INSTANCE' ? 'an instance' : 'a boolean operation';
  return `The image is inside ${kind}, which takes no new layers: the result is above "${sibling.name}".`;
}

/** relativeTransform is relative to the nearest frame or page: groups and boolean operations have no space. */
function spaceOf(parent: BaseNode): Affine {
  let node: BaseNode | null = parent;
  while (node && (node.type === 'GROUP' || node.type === 'BOOLEAN_OPERATION')) node = node.parent;
  return node && 'absoluteTransform' in node ? node.absoluteTransform : IDENTITY;
}

function pageOf(node: BaseNode): PageNode {
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
