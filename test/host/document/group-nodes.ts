import { invert, multiply, type Affine } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from './figma-document.ts';
import { isContainer } from './node-record.ts';

/** The map from the space in which a parent's children are placed to the canvas. */
function childSpace(document: FigmaDocument, parentId: string): Affine {
  const container = document.lineage(parentId).find(({ type }) => isContainer(type));
  return document.absoluteTransform(container?.id ?? parentId);
}

/** Gathers nodes in a new group, in their order on the canvas; they stay where they are. Returns the group's id. */
export function groupNodes(
  document: FigmaDocument,
  ids: readonly string[],
  parentId: string,
  index?: number,
): string {
  const toChildSpace = invert(childSpace(document, parentId));
  const placed = inPaintOrder(document, ids).map((id) => ({
    id,
    transform: multiply(toChildSpace, document.absoluteTransform(id)),
  }));
  const groupId = document.add('GROUP', {}, parentId);
  if (index !== undefined) document.move(groupId, parentId, index);
  for (const { id } of placed) document.move(id, groupId);
  for (const { id, transform } of placed) document.update(id, { relativeTransform: transform as Transform });
  return groupId;
}

function inPaintOrder(document: FigmaDocument, ids: readonly string[]): string[] {
  const order: string[] = [];
  const visit = (id: string) => {
    order.push(id);
    document.require(id).childIds.forEach(visit);
  };
  document.pageIds.forEach(visit);
  return [...ids].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}
