import { encode } from 'fast-png';
import { Channel, type Handlers, type Port } from '../../src/shared/channel.ts';
import { EMPTY_CONTRACT, type Params } from '../../src/shared/contract.ts';
import {
  ENGINE_CONTRACT,
  LOGITS_SIDE,
  type Arrangement,
  type EngineContract,
  type Prompt,
} from '../../src/shared/engine-contract.ts';
import type { EdgeSettings } from '../../src/shared/edge-settings.ts';
import type { Retouch } from '../../src/shared/retouch.ts';
import { cancelled, TinyCutError } from '../../src/shared/errors.ts';
import type { Frame } from '../../src/shared/frame.ts';
import {
  HOST_CONTRACT,
  type HostContract,
  type ImageLayer,
  type KeptCutout,
  type Selection,
  type StartTask,
} from '../../src/shared/host-contract.ts';
import { EngineClient } from '../../src/ui/engine/engine-client.ts';
import type { WorkerLike } from '../../src/ui/engine/worker-spawner.ts';
import { connectHost } from '../../src/ui/host/host-port.ts';
import { Workspace } from '../../src/ui/session/workspace.ts';

export const IMAGE_SIZE_PX = { width: 800, height: 400 };

/** A file of that size, as far as its header tells, that ends in a byte of its own. */
export function imageFile(byte: number, { width, height } = IMAGE_SIZE_PX): Uint8Array {
  const file = encode({ width: 1, height: 1, data: Uint8Array.of(0), channels: 1 });
  const header = new DataView(file.buffer, file.byteOffset);
  header.setUint32(16, width);
  header.setUint32(20, height);
  return Uint8Array.of(...file, byte);
}

/** Layers 0 to `count - 1` side by side, each 20 cells wide, layer n owning (n + 1) % of the image. */
export function stripes(count: number): Arrangement {
  const labels = new Uint8Array(LOGITS_SIDE * LOGITS_SIDE);
  for (let cell = 0; cell < labels.length; cell++) {
    const stripe = Math.floor((cell % LOGITS_SIDE) / 20);
    labels[cell] = stripe < count ? stripe + 1 : 0;
  }
  const layers = Array.from({ length: count }, (_, id) => ({
    id,
    parentId: null,
    imageRect: { x: id * 62.5, y: 0, width: 62.5, height: 400 },
    areaFraction: (id + 1) / 100,
  }));
  return { labels, layers };
}

/** Two ends of one wire: copies as postMessage does, transfers included, and delivers later. */
export function memoryPorts(): [Port, Port] {
  const listeners = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()] as const;
  const end = (own: 0 | 1): Port => ({
    post(frame: Frame, transfer = []) {
      const copy: unknown = structuredClone(frame, { transfer: [...transfer] as ArrayBuffer[] });
      setTimeout(() => listeners[own === 0 ? 1 : 0].forEach((listener) => listener(copy)));
    },
    listen(onMessage) {
      listeners[own].add(onMessage);
      return () => listeners[own].delete(onMessage);
    },
  });
  return [end(0), end(1)];
}

/** Lets everything that is under way come to rest. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 40; i++) await new Promise((resolve) => setTimeout(resolve));
}

/** Plays the worker: every point gives three nested masks whose logits name the call that made them. */
export class FakeEngine {
  readonly prompts: Prompt[] = [];
  /** First byte of each loaded, then last byte of each embedded file. */
  readonly loaded: number[] = [];
  readonly embedded: number[] = [];
  readonly workers: FakeWorker[] = [];
  searchCount = 0;
  subjectCount = 0;
  /** How many guesses at the subject there are. */
  proposalCount = 3;
  subjectGate: Promise<void> = Promise.resolve();
  madeGroups: number[][][] = [];
  embedGate: Promise<void> = Promise.resolve();
  searchGate: Promise<void> = Promise.resolve();
  makeGate: Promise<void> = Promise.resolve();
  arrangeError: TinyCutError | null = null;
  /** In place of 2 to 8 stripes. */
  arrangement: Arrangement | null = null;
  segmentGate: Promise<void> = Promise.resolve();
  embedError: TinyCutError | null = null;
  crashOnSegment = false;
  segmentError: TinyCutError | null = null;
  makeError: TinyCutError | null = null;
  loadError: TinyCutError | null = null;
  placedWith: Float32Array[] = [];
  retouchedWith: (Retouch | undefined)[] = [];
  edgesWith: (EdgeSettings | null)[] = [];
  readonly previewedEdges: { logits: Float32Array; edge: EdgeSettings; retouch: Retouch | undefined }[] = [];
  /** Those of them that were called off. */
  cancelledPreviewCount = 0;
  previewGate: Promise<void> = Promise.resolve();
  previewError: TinyCutError | null = null;

  /** As many threads as each load asked for. */
  readonly threadCounts: number[] = [];
  /** Starts with more than one fail. */
  refusesThreads = false;
  readonly client = this.clientWith(1);

  clientWith(maxThreadCount: number): EngineClient {
    return new EngineClient({
      takeFiles: () => {
        const file = (byte: number) => new Blob([Uint8Array.of(byte)]);
        return Promise.resolve({
          packGzip: file(1),
          wasmGzip: file(2),
          worker: file(3),
        });
      },
      spawn: () => {
        const worker = new FakeWorker(this.handlers);
        this.workers.push(worker);
        return Promise.resolve(worker);
      },
      maxThreadCount,
    });
  }

  private readonly handlers: Handlers<EngineContract> = {
    load: ({ packGzip, wasmGzip, maxThreadCount = 1 }) => {
      this.threadCounts.push(maxThreadCount);
      if (this.loadError) throw this.loadError;
      if (this.refusesThreads && maxThreadCount > 1) throw new TinyCutError('internal', 'No threads here.');
      this.loaded.push(packGzip[0]!, wasmGzip[0]!);
      return { loadMs: 1, threadCount: maxThreadCount };
    },
    embed: async ({ file, keptEmbedding }, { signal, progress }) => {
      const byte = file.at(-1)!;
      progress({ stage: 'encode', fraction: 0.5 });
      await this.embedGate;
      if (signal.aborted) throw cancelled();
      if (this.embedError) throw this.embedError;
      this.embedded.push(byte);
      return {
        imageId: byte.toString(16).padStart(64, '0'),
        imageSizePx: IMAGE_SIZE_PX,
        modelSizePx: { width: 1024, height: 512 },
        fromCache: keptEmbedding?.[0] === byte,
      };
    },
    keepEmbedding: ({ imageId }) => ({ bytes: Uint8Array.of(Number.parseInt(imageId, 16)) }),
    segment: async ({ prompt }) => {
      this.prompts.push(prompt);
      const call = this.prompts.length;
      await this.segmentGate;
      if (this.crashOnSegment) this.workers.at(-1)!.crash();
      const error = this.segmentError;
      this.segmentError = null;
      if (error) throw error;
      return {
        candidates: ([0, 1, 2, 3] as const).map((tokenIndex) => ({
          tokenIndex,
          logits: new Float32Array(LOGITS_SIDE * LOGITS_SIDE).fill(call + tokenIndex / 10),
          predictedIou: 1,
          stabilityScore: 1,
          areaFraction: (4 - tokenIndex) / 5,
        })),
        defaultIndex: 2,
        bySize: [1, 2, 3],
        decodeMs: 1,
      };
    },
    makeCutout: async ({ logits, edge, retouch }, { signal }) => {
      await this.makeGate;
      if (signal.aborted) throw cancelled();
      const error = this.makeError;
      this.makeError = null;
      if (error) throw error;
      this.placedWith.push(logits);
      this.retouchedWith.push(retouch);
      this.edgesWith.push(edge);
      return { tiles: [{ png: Uint8Array.of(1), imageRect: { x: 0, y: 0, width: 1, height: 1 } }] };
    },
    previewEdge: async ({ logits, edge, retouch }, { signal }) => {
      this.previewedEdges.push({ logits, edge, retouch });
      signal.addEventListener('abort', () => this.cancelledPreviewCount++);
      await this.previewGate;
      if (this.previewError) throw this.previewError;
      const alphaRect = { x: 1, y: 1, width: 2, height: 1 };
      return { alpha: Uint8Array.of(255, edge.shiftPx), alphaRect, sizePx: { width: 4, height: 2 } };
    },
    tracePaths: async ({ logits, edge, retouch }, { signal }) => {
      await this.makeGate;
      if (signal.aborted) throw cancelled();
      this.placedWith.push(logits);
      this.retouchedWith.push(retouch);
      this.edgesWith.push(edge);
      return {
        paths: [{ windingRule: 'EVENODD', data: 'M 0 0 L 1 0 L 1 1 Z' }],
        nodeCount: 3,
        maxDeviationPx: 0.4,
      };
    },
    findSubject: async (_params, { signal, progress }) => {
      this.subjectCount++;
      progress({ stage: 'search', fraction: 0.5 });
      await this.subjectGate;
      if (signal.aborted) throw cancelled();
      return {
        proposals: Array.from({ length: this.proposalCount }, (_, i) => ({
          logits: new Float32Array(LOGITS_SIDE * LOGITS_SIDE).fill(100 + i),
          predictedIou: 1,
          stabilityScore: 1,
          areaFraction: 0.4 - i / 10,
          score: 9 - i,
          imagePoint: { x: 10 + i, y: 20 },
        })),
      };
    },
    findRegions: async (_params, { signal, progress }) => {
      this.searchCount++;
      progress({ fraction: 0.5, remainingMs: 2000, arrangement: stripes(2) });
      await this.searchGate;
      if (signal.aborted) throw cancelled();
      return { regionCount: 8 };
    },
    arrangeLayers: ({ detail }) => {
      const error = this.arrangeError;
      this.arrangeError = null;
      if (error) throw error;
      return this.arrangement ?? stripes(Math.round(2 + 6 * detail));
    },
    makeLayers: async ({ groups, kind }, { signal, progress }) => {
      this.madeGroups.push(groups);
      progress({ stage: 'write', fraction: 0.5 });
      await this.makeGate;
      if (signal.aborted) throw cancelled();
      const paths = [{ windingRule: 'EVENODD' as const, data: 'M 0 0 L 1 0 L 1 1 Z' }];
      const tiles = [{ png: Uint8Array.of(1), imageRect: { x: 0, y: 0, width: 1, height: 1 } }];
      return {
        layers: [null, ...groups.keys()].map((groupIndex) => ({
          groupIndex,
          colour: { r: 0, g: 0, b: 0 },
          output: kind === 'cutout' ? { kind, tiles } : { kind, paths },
        })),
      };
    },
  };
}

export class FakeWorker implements WorkerLike {
  isTerminated = false;
  readonly channel: Channel<EngineContract, typeof EMPTY_CONTRACT>;
  private readonly inbox = new Set<(message: unknown) => void>();
  private readonly listeners = new Map<string, Set<(event: never) => void>>();

  constructor(handlers: Handlers<EngineContract>) {
    const port: Port = {
      post: (frame, transfer = []) => {
        const data: unknown = structuredClone(frame, { transfer: [...transfer] as ArrayBuffer[] });
        setTimeout(
          () => !this.isTerminated && this.dispatch('message', new MessageEvent('message', { data })),
        );
      },
      listen: (onMessage) => {
        this.inbox.add(onMessage);
        return () => this.inbox.delete(onMessage);
      },
    };
    this.channel = new Channel(port, ENGINE_CONTRACT, handlers, EMPTY_CONTRACT);
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    const copy: unknown = structuredClone(message, { transfer: transfer as ArrayBuffer[] });
    setTimeout(() => !this.isTerminated && this.inbox.forEach((listener) => listener(copy)));
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.get(type)?.delete(listener);
  }

  crash(): void {
    this.dispatch('error', new Event('error'));
  }

  terminate(): void {
    this.isTerminated = true;
  }

  private dispatch(type: string, event: Event): void {
    for (const listener of [...(this.listeners.get(type) ?? [])]) listener(event as never);
  }
}

/** Plays Figma's main process. Layer ids are numbers as text; the image file of layer n ends in the byte n. */
export class FakeHost {
  selection: Selection = nothing('nothing-selected');
  startTask: StartTask = 'object';
  readonly placed: (Params<HostContract, 'placeOutput'> & { layerId: string })[] = [];
  /** The result that is selected. */
  kept: KeptCutout | null = null;
  /** Of the last image, from this session or one before. */
  keptEmbedding: { imageKey: string; bytes: Uint8Array } | null = null;
  /** In place of the file of the layer. */
  storedFile: Uint8Array | null = null;
  /** The last byte of what it renders for anyone who cannot use the stored file; null when it cannot. */
  renderedByte: number | null = null;
  readonly notified: string[] = [];
  readError: TinyCutError | null = null;
  /** As of a result that an instance holds fast. */
  isReplacingRefused = false;
  placeError: TinyCutError | null = null;
  /** What the host selects after placing, and the ids that it says it made. */
  resultSelection: Selection = nothing('no-image');
  resultIds: string[] = [];
  readonly channel;
  /** The host's end of the wire, for what no host would say. */
  readonly port: Port;
  private readonly main: Channel<HostContract, typeof EMPTY_CONTRACT>;

  constructor() {
    const [mainPort, uiPort] = memoryPorts();
    this.port = mainPort;
    this.main = new Channel(
      mainPort,
      HOST_CONTRACT,
      {
        getSelection: () => this.selection,
        readImage: ({ source, isStoredUnusable }) => {
          if (this.readError) throw this.readError;
          if (isStoredUnusable && this.renderedByte === null) {
            throw new TinyCutError('image-missing', 'Figma could not render this image.');
          }
          const rendered = { from: 'rendered', reason: 'unreadable', pixelsPerUnit: 2, look: '' } as const;
          const corner = (x: number, y: number) => ({ x, y });
          return {
            source,
            pixels: isStoredUnusable ? rendered : ({ from: 'stored' } as const),
            bytes: isStoredUnusable
              ? imageFile(this.renderedByte!)
              : (this.storedFile ?? imageFile(Number(source.layerId))),
            imageSizePx: IMAGE_SIZE_PX,
            visibleImagePolygon: [corner(0, 0), corner(800, 0), corner(800, 400), corner(0, 400)],
          };
        },
        placeOutput: (request) => {
          if (this.placeError) throw this.placeError;
          this.placed.push({ ...request, layerId: request.source.layerId });
          this.select(this.resultSelection);
          setTimeout(() => this.select(this.resultSelection), 20);
          const hasReplaced = request.replacesNodeId !== undefined && !this.isReplacingRefused;
          return { nodeIds: this.resultIds, notice: null, hasReplaced };
        },
        describeHost: () => ({
          resultsAre: 'layers',
          outputKinds: ['cutout', 'vector', 'mask-group'],
          maxTileSidePx: 4096,
          isUiResizable: true,
          hearsUndoKeys: false,
          keepsEmbeddings: true,
        }),
        readCutout: () => {
          if (!this.kept) throw new TinyCutError('cutout-unknown', 'Nothing is selected.');
          return this.kept;
        },
        keepEmbedding: ({ imageKey, bytes }) => {
          this.keptEmbedding = { imageKey, bytes };
          return null;
        },
        recallEmbedding: ({ imageKey }) => ({
          bytes: this.keptEmbedding?.imageKey === imageKey ? this.keptEmbedding.bytes.slice() : null,
        }),
        getStartTask: () => ({ task: this.startTask }),
        resizeUi: () => null,
        notify: ({ message }) => {
          this.notified.push(message);
          return null;
        },
        closePlugin: () => null,
      },
      EMPTY_CONTRACT,
    );
    const unasked = () => {
      throw new Error('The host of these tests asks for nothing.');
    };
    this.channel = connectHost(uiPort, { traceMask: unasked, removeBackgrounds: unasked });
  }

  select(selection: Selection): void {
    this.selection = selection;
    this.main.emit('selectionChanged', selection);
  }
}

export function layer(id: number): ImageLayer {
  return {
    source: { layerId: String(id), fillIndex: 0, imageHash: `hash-${id}` },
    name: `Layer ${id}`,
    layerSize: { width: 80, height: 40 },
  };
}

export function images(...ids: number[]): Selection {
  return { images: ids.map(layer), emptyReason: null, omittedCount: 0 };
}

export function nothing(emptyReason: 'nothing-selected' | 'no-image'): Selection {
  return { images: [], emptyReason, omittedCount: 0 };
}

/**
 * The UI without its views, with image 1 selected and embedded.
 * @param prepare called before the host is asked for anything
 */
export async function openWorkspace(
  selection = images(1),
  startTask: StartTask = 'object',
  prepare: (workspace: Workspace, host: FakeHost) => void = () => {},
) {
  const host = new FakeHost();
  host.startTask = startTask;
  const engine = new FakeEngine();
  host.selection = selection;
  const closed: number[] = [];
  const workspace = new Workspace({
    host: host.channel,
    engine: engine.client,
    decode: async (file) => {
      const byte = new Uint8Array(await file.arrayBuffer()).at(-1);
      if (byte === 99) throw new Error('not an image');
      return { ...IMAGE_SIZE_PX, close: () => closed.push(byte!) };
    },
  });
  prepare(workspace, host);
  await workspace.start();
  await settled();
  return { host, engine, workspace, closed, session: () => workspace.session.value! };
}

/** A promise that is resolved from outside. */
export function gate(): { promise: Promise<void>; open(): void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}
