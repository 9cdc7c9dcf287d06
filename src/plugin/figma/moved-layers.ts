import { isAutoLayout } from './result-pieces.ts';

/** A layer of the user's, and where it was before it was moved. */
export interface MovedLayer {
  node: SceneNode & LayoutMixin;
  parent: BaseNode & ChildrenMixin;
  index: number;
  relativeTransform: Transform;
}

/**
 * Moves what designers have put into a result's group to the result that replaces it: into its group, in the same order
 * among the pieces, or above it where it has none. All of that stays where it lies on the canvas.
 * @param ownPieces those in `former` that are none of the designers'
 * @param moved receives each layer before it is moved
 */
export function moveGuests(
  former: SceneNode,
  result: SceneNode,
  ownPieces: readonly SceneNode[],
  moved: MovedLayer[],
): void {
  if (!('children' in former)) return;
  // All places are noted first: when one has gone, auto-layout may move the rest of the group.
  const guests: MovedLayer[] = former.children
    .map((node, index) => ({ node: node as MovedLayer['node'], index }))
    .filter(({ node }) => !ownPieces.some(({ id }) => id === node.id))
    .map((guest) => ({ ...guest, parent: former, relativeTransform: guest.node.relativeTransform }));
  const target = guestPlaces(result, ownPieces.length);
  guests.forEach((guest, guestCount) => {
    const { node, index, relativeTransform } = guest;
    moved.push(guest);
    target.parent.insertChild(target.indexAbove(index - guestCount) + guestCount, node);
    if (isAutoLayout(target.parent)) node.layoutPositioning = 'ABSOLUTE';
    node.relativeTransform = relativeTransform;
  });
}

/** Where guests go, and at which index, had they been above so many of the former's pieces. */
function guestPlaces(
  result: SceneNode,
  formerCount: number,
): { parent: BaseNode & ChildrenMixin; indexAbove(pieceCount: number): number } {
  if ('children' in result) {
    const { length } = result.children;
    return {
      parent: result,
      indexAbove: (pieceCount) => (pieceCount === formerCount ? length : Math.min(pieceCount, length)),
    };
  }
  const parent = result.parent as BaseNode & ChildrenMixin;
  const index = parent.children.findIndex(({ id }) => id === result.id) + 1;
  return { parent, indexAbove: () => index };
}

/** Never throws. @returns false where the layer could not be put back where it was */
export function isPutBack({ node, parent, index, relativeTransform }: MovedLayer): boolean {
  try {
    // An undo has done it.
    if (node.removed || node.parent?.id === parent.id) return true;
    parent.insertChild(index, node);
    node.relativeTransform = relativeTransform;
    return true;
  } catch {
    return false;
  }
}
