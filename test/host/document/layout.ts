import { applyAffine, invert, multiply, translation } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from './figma-document.ts';
import { isShrinkWrapped, type NodeRecord } from './node-record.ts';
import { boundsOf, mappedCorners, toStoredTransform, withoutTranslation } from './transforms.ts';

/**
 * Brings a changed node and everything above it in order: groups fit their children, auto-layout frames place their
 * own, and empty groups vanish, but for one that is just being made.
 */
export function settleLayout(document: FigmaDocument, changedId: string, isBeingMade = false): void {
  for (const { id } of document.lineage(changedId)) {
    const node = document.get(id);
    if (!node) continue;
    if (isShrinkWrapped(node.type) && node.parentId) {
      if (node.childIds.length > 0) fitToChildren(document, node);
      else if (!(isBeingMade && id === changedId)) document.remove(id);
    } else if (node.layoutMode !== 'NONE') {
      placeChildren(document, node);
    }
  }
}

/** Keeps the group's own axes and takes place and size from the children, seen along those axes. */
function fitToChildren(document: FigmaDocument, group: NodeRecord): void {
  const axes = withoutTranslation(group.relativeTransform);
  const toGroup = invert(axes);
  const corners = group.childIds.flatMap((id) => {
    const { relativeTransform, width, height } = document.require(id);
    return mappedCorners(multiply(toGroup, relativeTransform), width, height);
  });
  const box = boundsOf(corners);
  const { x, y } = applyAffine(axes, box);
  group.relativeTransform = toStoredTransform(multiply(translation(x, y), axes));
  group.width = Math.fround(box.width);
  group.height = Math.fround(box.height);
}

/** Top-left aligned rows or columns of the children's upright boxes; hidden and absolute ones take no part. */
function placeChildren(document: FigmaDocument, frame: NodeRecord): void {
  const isRow = frame.layoutMode === 'HORIZONTAL';
  let along = frame.padding;
  let across = 0;
  for (const id of frame.childIds) {
    const child = document.require(id);
    if (!child.visible || child.layoutPositioning === 'ABSOLUTE') continue;
    const box = boundsOf(mappedCorners(child.relativeTransform, child.width, child.height));
    const target = isRow ? { x: along, y: frame.padding } : { x: frame.padding, y: along };
    const shift = translation(target.x - box.x, target.y - box.y);
    document.setTransform(id, multiply(shift, child.relativeTransform));
    along += (isRow ? box.width : box.height) + frame.itemSpacing;
    across = Math.max(across, isRow ? box.height : box.width);
  }
  if (!frame.hugsContents) return;
  const length = Math.fround(Math.max(along - frame.itemSpacing + frame.padding, 0.01));
  const breadth = Math.fround(Math.max(across + 2 * frame.padding, 0.01));
  frame.width = isRow ? length : breadth;
  frame.height = isRow ? breadth : length;
}
