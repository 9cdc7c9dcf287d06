import { signal, type ReadonlySignal } from '@preact/signals';
import { CancelSource, type CancelSignal } from '../../shared/cancellation.ts';
import { DEFAULT_EDGE } from '../../shared/edge-settings.ts';
import { EDITABLE_DETAIL } from '../../shared/engine-contract.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { HostTraits, ImageLayer } from '../../shared/host-contract.ts';
import { strings } from '../strings.ts';
import { Applying } from './applying.ts';
import type { SessionDependencies } from './image-session.ts';
import { readPicture } from './picture.ts';

export interface RemovalFailure {
  layerName: string;
  message: string;
}

interface RemovalCounts {
  count: number;
  placedCount: number;
  failures: readonly RemovalFailure[];
}

export type RemovalState =
  | { phase: 'idle' }
  | { phase: 'running'; doneCount: number; count: number; layerName: string; fraction: number }
  | ({ phase: 'done' } & RemovalCounts)
  | ({ phase: 'cancelled' } & RemovalCounts);

/** Shares of the work on one image, for its progress: the analysis, the search, the cutout. */
const EMBED_SHARE = 0.7;
const SEARCH_SHARE = 0.2;

/** Places a cutout of the subject over each of several images, one after the other. A failure of one stops no other. */
export class BackgroundRemoval {
  private readonly currentState = signal<RemovalState>({ phase: 'idle' });
  readonly state: ReadonlySignal<RemovalState> = this.currentState;
  private running: CancelSource | null = null;

  /** @param onPlaced told the ids of the nodes made, after each image */
  constructor(
    private readonly dependencies: SessionDependencies,
    private readonly traits: ReadonlySignal<HostTraits>,
    private readonly onPlaced: (nodeIds: readonly string[]) => void,
  ) {}

  get isRunning(): boolean {
    return this.currentState.value.phase === 'running';
  }

  /** @returns what happened; failures are named in it, none is thrown */
  async run(layers: readonly ImageLayer[]): Promise<void> {
    const source = new CancelSource();
    this.running = source;
    const failures: RemovalFailure[] = [];
    let placedCount = 0;
    for (const [doneCount, layer] of layers.entries()) {
      const show = (fraction: number) => {
        this.currentState.value = {
          phase: 'running',
          doneCount,
          count: layers.length,
          layerName: layer.name,
          fraction: (doneCount + fraction) / layers.length,
        };
      };
      show(0);
      try {
        this.onPlaced(await this.removeOne(layer, source.signal, show));
        placedCount++;
      } catch (thrown) {
        const error = toTinyCutError(thrown);
        if (source.signal.aborted) break;
        failures.push({ layerName: layer.name, message: error.message });
      }
      if (source.signal.aborted) break;
    }
    this.running = null;
    const phase = source.signal.aborted ? 'cancelled' : 'done';
    this.currentState.value = { phase, count: layers.length, placedCount, failures };
  }

  /** What has been placed stays. */
  cancel(): void {
    this.running?.abort();
  }

  /** Forgets the last outcome. */
  settle(): void {
    if (!this.isRunning) this.currentState.value = { phase: 'idle' };
  }

  private async removeOne(
    { source }: ImageLayer,
    signal: CancelSignal,
    show: (fraction: number) => void,
  ): Promise<readonly string[]> {
    const { host, engine, decode } = this.dependencies;
    const picture = await readPicture(host, source, decode, signal);
    picture.image.close();
    const file = new Uint8Array(await picture.file.arrayBuffer());
    const embedded = await engine.call(
      'embed',
      { file },
      {
        signal,
        transfer: [file.buffer],
        onProgress: ({ fraction }) => show(EMBED_SHARE * fraction),
      },
    );
    const { proposals } = await engine.call(
      'findSubject',
      { imageId: embedded.imageId },
      { signal, onProgress: ({ fraction }) => show(EMBED_SHARE + SEARCH_SHARE * fraction) },
    );
    const [subject] = proposals;
    if (!subject) throw new TinyCutError('mask-empty', strings.subject.nothingFound);
    const applying = new Applying(engine, host);
    const stop = () => applying.cancel();
    signal.addEventListener('abort', stop);
    const nodeIds = await applying.apply({
      kind: 'cutout',
      source,
      pixels: picture.pixels,
      maxTileSidePx: this.traits.peek().maxTileSidePx,
      embedded,
      logits: subject.logits,
      clipImagePolygon: picture.visibleImagePolygon,
      outlineDetail: EDITABLE_DETAIL,
      edge: DEFAULT_EDGE,
    });
    signal.removeEventListener('abort', stop);
    const state = applying.state.peek();
    if (state.phase === 'failed') throw state.error;
    if (!nodeIds) throw new TinyCutError('cancelled', 'Cancelled.');
    return nodeIds;
  }
}
