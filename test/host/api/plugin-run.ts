import type { Size } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import type { NodeRecord } from '../document/node-record.ts';
import type { Latency } from '../sandbox/latency.ts';
import { ImageRef, NodeRef } from '../sandbox/wire.ts';
import type { UiSurface } from '../ui-surface.ts';
import { ClientStorage } from './client-storage.ts';

export type RasteriseSvg = (svg: string, sizePx: Size) => Promise<Uint8Array>;

export interface PluginRunOptions {
  document: FigmaDocument;
  surface: UiSurface;
  command: string;
  /** Of the user's computer, so that it outlives the run; an empty one if left out. */
  storage?: ClientStorage | undefined;
  latency: Latency;
  notify(message: string, isError: boolean): void;
  requestClose(): void;
  /** Makes a PNG of that size of an SVG. */
  rasterise: RasteriseSvg;
  /** Delivers a message to the UI after its time on the way. */
  postToUi(message: unknown): void;
}

/** What the members of the API work on: one plugin, running over one document. */
export class PluginRun {
  readonly document: FigmaDocument;
  readonly storage: ClientStorage;
  /** Under `dynamic-page`, only the page that was open at the start is there. */
  readonly loadedPageIds: Set<string>;
  isUiOpen = false;

  constructor(readonly options: PluginRunOptions) {
    this.document = options.document;
    this.storage = options.storage ?? new ClientStorage();
    this.loadedPageIds = new Set([options.document.currentPageId]);
  }

  /** @throws Error when the node has been removed */
  node(id: string): NodeRecord {
    return this.document.require(id);
  }

  refer(id: string): NodeRef {
    return id === '' ? new NodeRef('DOCUMENT', '') : new NodeRef(this.node(id).type, id);
  }

  referToImage(hash: string): ImageRef {
    return new ImageRef(hash);
  }

  /** Answers after a while; async calls may overtake one another, and the document may change meanwhile. */
  later<T>(produce: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        try {
          resolve(produce());
        } catch (thrown) {
          reject(thrown);
        }
      }, this.options.latency.nextMs());
    });
  }

  /** @throws Error when the user may only look at the file */
  requireEditable(place: string): void {
    if (this.document.isReadOnly) throw new Error(`in ${place}: Cannot write to internal and read-only node`);
  }

  /** @throws Error for removed nodes, read-only files, and for what an instance fixes in its sublayers */
  requireWritable(id: string, place: string, isOverridable = true): NodeRecord {
    this.requireEditable(place);
    const node = this.node(id);
    if (!isOverridable && this.isInsideInstance(id)) {
      throw new Error(`in ${place}: This property cannot be overridden in an instance`);
    }
    return node;
  }

  isInsideInstance(id: string): boolean {
    return this.document.lineage(id).some(({ type }, index) => index > 0 && type === 'INSTANCE');
  }

  /** @throws Error for a page that was neither open nor loaded */
  requireLoadedPage(id: string, place: string): void {
    if (this.node(id).type === 'PAGE' && !this.loadedPageIds.has(id)) {
      throw new Error(
        `in ${place}: Cannot access a page that has not been explicitly loaded. Call page.loadAsync() first.`,
      );
    }
  }
}

/** @throws Error when the argument is no node */
export function nodeArgument(value: unknown, place: string): string {
  if (!(value instanceof NodeRef)) throw new Error(`in ${place}: Expected node, got ${typeof value}`);
  return value.id;
}
