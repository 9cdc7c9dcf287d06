import { invert, multiply, scaling, type Affine, type Size } from '../../shared/affine.ts';
import type { Output } from '../../shared/host-contract.ts';
import { carryOverLook, carryOverPicture } from './carry-over-look.ts';
import { imageToParentNow, ownPieces, readRecord, type CutoutRecord } from './cutout-record.ts';
import type { LiveSource } from './find-source.ts';
import { moveGuests, type MovedLayer } from './moved-layers.ts';
import { resultName } from './result-pieces.ts';
import { findResultPlace, pageOf, type ResultPlace } from './result-place.ts';

/** An earlier result whose place a new one takes. */
export interface FormerResult {
  node: SceneNode & LayoutMixin;
  record: CutoutRecord;
}

/** Results that took the place of others, by the ids of those, as long as the plugin runs. */
const replacedBy = new Map<string, string>();

/**
 * The result that stands where the named one was placed: itself, or what has replaced it since. After an undo it is itself
 * again.
 * @returns null when it is gone, when it no longer says how it was made, or when an instance holds it fast
 */
export async function findFormerResult(nodeId: string): Promise<FormerResult | null> {
  for (let id: string | undefined = nodeId; id !== undefined; id = replacedBy.get(id)) {
    const node = await figma.getNodeByIdAsync(id);
    if (!node || node.removed || !('relativeTransform' in node)) continue;
    const record = readRecord(node);
    const isFree = record && node.width > 0 && node.height > 0 && !isInInstance(node);
    return isFree ? { node: node as FormerResult['node'], record } : null;
  }
  return null;
}

/** What to tell where `findFormerResult` finds none, so that the new result goes where any other would. */
export async function whyNotReplaced(nodeId: string): Promise<string> {
  const node = await figma.getNodeByIdAsync(nodeId);
  if (!node || node.removed) return 'The earlier result was deleted: this one is above its image.';
  return isInInstance(node)
    ? `"${node.name}" stays, since it is inside an instance: the new result is above its image. Edit it in its component.`
    : `"${node.name}" stays, since it no longer says how it was made: the new result is above its image.`;
}

/**
 * Whether a result of a kind can stand where the former one does. In a boolean operation, whose shape all that is in it makes,
 * a picture would be an invisible box.
 */
export function canTakePlace({ node }: FormerResult, kind: Output['kind']): boolean {
  for (let parent = node.parent; parent && kind !== 'vector'; parent = parent.parent) {
    if (parent.type === 'BOOLEAN_OPERATION') return false;
  }
  return true;
}

/** Above the boolean operation that the former result stays in. */
export function placeBesideFormer({ node }: FormerResult): ResultPlace {
  const place = findResultPlace(node);
  const notice = `"${node.name}" stays, as a part of a boolean operation: the new result is above "${place.sibling.name}".`;
  return { ...place, notice };
}

/** Directly above the former result. */
export function placeOfFormer({ node }: FormerResult): ResultPlace {
  const parent = node.parent as BaseNode & ChildrenMixin;
  return {
    parent,
    index: parent.children.findIndex(({ id }) => id === node.id) + 1,
    canvasToParent: multiply(node.relativeTransform, invert(node.absoluteTransform)),
    page: pageOf(parent),
    sibling: node,
    notice: null,
  };
}

/** Where the image would lie in the space of the former result's parent, moved and scaled as that was. */
export function imageToParentOf({ node, record }: FormerResult, imageSizePx: Size): Affine {
  const { width, height } = record.imageSizePx;
  return multiply(
    imageToParentNow(node, record),
    scaling(width / imageSizePx.width, height / imageSizePx.height),
  );
}

/**
 * Makes a result look as the former one was made to look; its name stays, unless it only said what it was. What designers
 * have put into the former's group goes along.
 * @param moved receives each of those before it is moved
 */
export function takeOver(
  { node, record }: FormerResult,
  result: SceneNode & LayoutMixin,
  kind: Output['kind'],
  source: LiveSource,
  moved: MovedLayer[],
): void {
  const isSameKind = record.recipe.kind === kind;
  const oldPicture = pictureIn(ownPieces(node, record));
  const picture = pictureIn('children' in result ? result.children : []);
  if (isSameKind && kind === 'mask-group' && oldPicture && picture) carryOverPicture(oldPicture, picture);
  // Before the look, since auto-layout may move both results once the look is carried over.
  moveGuests(node, result, ownPieces(node, record), moved);
  const isNamed = source.isOrphan || node.name !== resultName(source.node, record.recipe.kind);
  if (isSameKind || isNamed) result.name = node.name;
  carryOverLook(node, result, { isSameKind });
  replacedBy.set(node.id, result.id);
}

/** In a mask group, what its mask is a mask of. */
function pictureIn(pieces: readonly SceneNode[]): SceneNode | undefined {
  return pieces.filter((piece) => !('isMask' in piece && piece.isMask)).pop();
}

function isInInstance(layer: BaseNode): boolean {
  for (let node = layer.parent; node; node = node.parent) if (node.type === 'INSTANCE') return true;
  return false;
}
