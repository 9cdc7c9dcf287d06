import { invert, multiply, type Affine, type Rect } from '../../../src/shared/affine.ts';
import { ImageStore } from './image-store.ts';
import { settleLayout } from './layout.ts';
import {
  IDENTITY_TRANSFORM,
  isContainer,
  isShrinkWrapped,
  mayHaveChildren,
  newRecord,
  type ModelledType,
  type NodeRecord,
} from './node-record.ts';
import { boundsOf, mappedCorners, toStoredTransform } from './transforms.ts';
import { UndoHistory } from './undo-history.ts';

/** What can be set on a new or an existing node; its place in the tree is changed by `add`, `move` and `remove`. */
export type NodePatch = Partial<Omit<NodeRecord, 'id' | 'type' | 'parentId' | 'childIds'>>;

interface UndoState {
  nodes: NodeRecord[];
  relaunchButtons: [string, Record<string, string>][];
}

export type DocumentChange = 'nodes' | 'selection' | 'page';

/**
 * A Figma file as a user sees it, with the rules that hold whoever edits it: groups fit their children, auto-layout
 * places its own, selections hold only what is there. What a *plugin* may do is decided in `api/`.
 */
export class FigmaDocument {
  name = 'Untitled';
  /** A file that the user may only look at. */
  isReadOnly = false;
  readonly images = new ImageStore();
  private nodes = new Map<string, NodeRecord>();
  /** Buttons in Figma's own panel: node -> command -> description. They are about a layer, and no part of it. */
  private relaunchButtons = new Map<string, Record<string, string>>();
  private readonly selections = new Map<string, string[]>();
  private readonly listeners = new Set<(change: DocumentChange) => void>();
  private readonly history: UndoHistory;
  private lastNumber = 1;
  currentPageId: string;

  constructor() {
    this.currentPageId = this.addPage('Page 1');
    this.history = new UndoHistory(this.state());
  }

  // --- reading

  get(id: string): NodeRecord | undefined {
    return this.nodes.get(id);
  }

  /** @throws Error when the node is not (or no longer) in the document */
  require(id: string): NodeRecord {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`The node with id "${id}" does not exist`);
    return node;
  }

  get pageIds(): string[] {
    return [...this.nodes.values()].filter(({ type }) => type === 'PAGE').map(({ id }) => id);
  }

  /** The selected nodes of a page (the current one if not said otherwise). */
  selection(pageId = this.currentPageId): readonly string[] {
    return (this.selections.get(pageId) ?? []).filter((id) => this.nodes.has(id));
  }

  relaunchData(id: string): Readonly<Record<string, string>> {
    return this.relaunchButtons.get(id) ?? {};
  }

  /** The node itself first, then its parents up to the page. */
  lineage(id: string): NodeRecord[] {
    const line: NodeRecord[] = [];
    for (let node = this.get(id); node; node = this.get(node.parentId ?? '')) line.push(node);
    return line;
  }

  absoluteTransform(id: string): Affine {
    const [node, ...ancestors] = this.lineage(id);
    const containers = ancestors.filter(({ type }) => isContainer(type));
    return [node, ...containers].reduce<Affine>(
      (map, { relativeTransform } = newRecord('', 'PAGE')) => multiply(relativeTransform, map),
      IDENTITY_TRANSFORM,
    );
  }

  absoluteBounds(id: string): Rect {
    const { width, height } = this.require(id);
    return boundsOf(mappedCorners(this.absoluteTransform(id), width, height));
  }

  /** Nodes, names and order as text, without images and selection: equal texts are equal documents. */
  toJson(): string {
    return JSON.stringify([...this.nodes.values()]);
  }

  // --- editing

  addPage(name: string): string {
    return this.insert({ ...newRecord(`0:${this.lastNumber++}`, 'PAGE'), name });
  }

  /** Adds a node on top of its parent's children (the current page's if not said otherwise). */
  add(type: ModelledType, patch: NodePatch = {}, parentId = this.currentPageId, id = this.nextId()): string {
    this.insert({ ...newRecord(id, type), ...structuredClone(patch) });
    this.move(id, parentId);
    return id;
  }

  update(id: string, patch: NodePatch): void {
    const node = this.require(id);
    const { relativeTransform, ...rest } = patch;
    Object.assign(node, structuredClone(rest));
    if (relativeTransform) this.setTransform(id, relativeTransform);
    settleLayout(this, id, true);
    this.changed('nodes');
  }

  /** Puts a node among the children of a parent, keeping its relative transform, as `insertChild` does. */
  move(id: string, parentId: string, index?: number): void {
    const node = this.require(id);
    const parent = this.require(parentId);
    if (!mayHaveChildren(parent.type)) throw new Error(`A ${parent.type} has no children`);
    const formerParentId = node.parentId;
    this.detach(node);
    parent.childIds.splice(index ?? parent.childIds.length, 0, id);
    node.parentId = parentId;
    settleLayout(this, id, true);
    if (formerParentId && formerParentId !== parentId) settleLayout(this, formerParentId);
    this.changed('nodes');
  }

  remove(id: string): void {
    const node = this.get(id);
    if (!node) return;
    const parentId = node.parentId;
    this.detach(node);
    this.forget(node);
    if (parentId) settleLayout(this, parentId);
    this.changed('nodes');
  }

  /** No commands take all buttons away. */
  setRelaunchData(id: string, data: Readonly<Record<string, string>>): void {
    if (Object.keys(data).length === 0) this.relaunchButtons.delete(id);
    else this.relaunchButtons.set(id, { ...data });
  }

  setSelection(ids: readonly string[], pageId = this.currentPageId): void {
    const before = this.selection(pageId);
    const present = [...new Set(ids)].filter((id) => this.nodes.has(id));
    this.selections.set(pageId, present);
    if (before.join() !== present.join()) this.changed('selection');
  }

  setCurrentPage(pageId: string): void {
    if (this.require(pageId).type !== 'PAGE') throw new Error(`${pageId} is not a page`);
    if (this.currentPageId === pageId) return;
    this.currentPageId = pageId;
    this.changed('page');
  }

  /** Moves a node; a group or boolean operation takes its children along, since they hold its place. */
  setTransform(id: string, transform: Affine): void {
    const node = this.require(id);
    if (isShrinkWrapped(node.type) && node.childIds.length > 0) {
      const shift = multiply(transform, invert(node.relativeTransform));
      for (const childId of node.childIds) {
        this.setTransform(childId, multiply(shift, this.require(childId).relativeTransform));
      }
    }
    node.relativeTransform = toStoredTransform(transform);
  }

  // --- undo

  /** Ends the undo step in hand, if anything has changed. */
  commitUndo(): void {
    this.history.commit(this.state());
  }

  /** Takes back the latest step, what is not committed yet included. Returns false when there is none. */
  undo(): boolean {
    const state = this.history.undo(this.state());
    if (state === null) return false;
    this.restore(state);
    return true;
  }

  /** Does again what was undone last. Returns false when there is nothing. */
  redo(): boolean {
    const state = this.history.redo(this.state());
    if (state === null) return false;
    this.restore(state);
    return true;
  }

  /** Back to the latest commit, as `figma.triggerUndo`. */
  revertToCommit(): void {
    this.restore(this.history.committed);
  }

  onChange(listener: (change: DocumentChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  nextId(): string {
    return `1:${this.lastNumber++}`;
  }

  private insert(record: NodeRecord): string {
    record.relativeTransform = toStoredTransform(record.relativeTransform);
    record.width = Math.fround(record.width);
    record.height = Math.fround(record.height);
    this.nodes.set(record.id, record);
    this.changed('nodes');
    return record.id;
  }

  private state(): string {
    const nodes = [...this.nodes.values()];
    const relaunchButtons = [...this.relaunchButtons].filter(([id]) => this.nodes.has(id));
    return JSON.stringify({ nodes, relaunchButtons } satisfies UndoState);
  }

  private restore(state: string): void {
    const before = this.selection();
    const { nodes, relaunchButtons } = JSON.parse(state) as UndoState;
    this.nodes = new Map(nodes.map((record) => [record.id, record]));
    this.relaunchButtons = new Map(relaunchButtons);
    this.changed('nodes');
    if (before.join() !== this.selection().join()) this.changed('selection');
  }

  private detach(node: NodeRecord): void {
    const parent = this.get(node.parentId ?? '');
    if (parent) parent.childIds = parent.childIds.filter((id) => id !== node.id);
    node.parentId = null;
  }

  private forget(node: NodeRecord): void {
    for (const childId of node.childIds) {
      const child = this.get(childId);
      if (child) this.forget(child);
    }
    const wasSelected = [...this.selections.values()].some((ids) => ids.includes(node.id));
    this.nodes.delete(node.id);
    if (wasSelected) this.changed('selection');
  }

  private changed(change: DocumentChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }
}
