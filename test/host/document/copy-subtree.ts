import type { FigmaDocument, NodePatch } from './figma-document.ts';
import type { ModelledType, NodeRecord } from './node-record.ts';

export interface CopyOptions {
  parentId: string;
  /** Type of the topmost copy, if it is to differ: an instance is a copy of its component. */
  rootType?: ModelledType;
  mainComponentId?: string;
  /** Ids of the copies below the topmost; fresh ones if left out. */
  makeChildId?: (originalId: string, rootId: string) => string;
}

/** Copies a node with everything in it to the top of a parent's children. Returns the copy's id. */
export function copySubtree(document: FigmaDocument, id: string, options: CopyOptions): string {
  const rootId = document.nextId();
  const copy = (original: NodeRecord, newId: string, parentId: string): string => {
    const { type, childIds } = original;
    const isRoot = newId === rootId;
    document.add(isRoot ? (options.rootType ?? type) : type, fieldsOf(original), parentId, newId);
    document.setRelaunchData(newId, document.relaunchData(original.id));
    for (const childId of [...childIds]) {
      const id = options.makeChildId?.(childId, rootId) ?? document.nextId();
      copy(document.require(childId), id, newId);
    }
    return newId;
  };
  copy(document.require(id), rootId, options.parentId);
  if (options.mainComponentId) document.update(rootId, { mainComponentId: options.mainComponentId });
  return rootId;
}

const PLACE_IN_TREE = ['id', 'type', 'parentId', 'childIds'];

function fieldsOf(record: NodeRecord): NodePatch {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !PLACE_IN_TREE.includes(key)));
}
