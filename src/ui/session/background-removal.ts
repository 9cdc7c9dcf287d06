import { signal, type ReadonlySignal } from '@preact/signals';
import { CancelSource, type CancelSignal } from '../../shared/cancellation.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { HostTraits, ImageLayer, RepeatedCutout } from '../../shared/host-contract.ts';
import { Applying } from './applying.ts';
import { embedPicture } from './embed-picture.ts';
import type { SessionDependencies } from './image-session.ts';
import { maskOfRecipe, recipeFor, SUBJECT_CUTOUT } from './recipe-mask.ts';
import { readPicture } from './picture.ts';
import { NO_RETOUCH } from './retouching.ts';

export interface RemovalFailure {
  layer: ImageLayer;
  message: string;
}

interface RemovalCounts {
  /** Whether an earlier cutout was made again, and not backgrounds removed. */
  isRepeat: boolean;
  count: number;
  placedCount: number;
  /** Cut out by their subject, in place of clicks of another image. */
  substituteCount: number;
  failures: readonly RemovalFailure[];
}

export type RemovalState =
  | { phase: 'idle' }
  | {
      phase: 'running';
      isRepeat: boolean;
      doneCount: number;
      count: number;
      layerName: string;
      fraction: number;
    }
  | ({ phase: 'done' } & RemovalCounts)
  | ({ phase: 'cancelled' } & RemovalCounts);

/** Shares of the work on one image, for its progress: the analysis, the search, the cutout. */
const EMBED_SHARE = 0.7;
const SEARCH_SHARE = 0.2;

/**
 * Places a cutout over each of several images, of the subject or as an earlier one was made, one after the other. A failure
 * of one stops no other.
 */
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

  /**
   * How it ended is in `state`: failures are named there, none is thrown.
   * @param repeated what to make again; null for a cutout of the subject
   */
  async run(layers: readonly ImageLayer[], repeated: RepeatedCutout | null = null): Promise<void> {
    const source = new CancelSource();
    this.running = source;
    const failures: RemovalFailure[] = [];
    const isRepeat = repeated !== null;
    let placedCount = 0;
    let substituteCount = 0;
    for (const [doneCount, layer] of layers.entries()) {
      const show = (fraction: number) => {
        this.currentState.value = {
          phase: 'running',
          isRepeat,
          doneCount,
          count: layers.length,
          layerName: layer.name,
          fraction: (doneCount + fraction) / layers.length,
        };
      };
      show(0);
      try {
        const { nodeIds, isSubstitute } = await this.cutOne(layer, repeated, source.signal, show);
        this.onPlaced(nodeIds);
        placedCount++;
        if (isSubstitute) substituteCount++;
      } catch (thrown) {
        const error = toTinyCutError(thrown);
        if (source.signal.aborted) break;
        failures.push({ layer, message: error.message });
      }
      if (source.signal.aborted) break;
    }
    this.running = null;
    const phase = source.signal.aborted ? 'cancelled' : 'done';
    this.currentState.value = {
      phase,
      isRepeat,
      count: layers.length,
      placedCount,
      substituteCount,
      failures,
    };
  }

  /** What has been placed stays. */
  cancel(): void {
    this.running?.abort();
  }

  /** Forgets the last outcome. */
  settle(): void {
    if (!this.isRunning) this.currentState.value = { phase: 'idle' };
  }

  private async cutOne(
    { source }: ImageLayer,
    repeated: RepeatedCutout | null,
    signal: CancelSignal,
    show: (fraction: number) => void,
  ): Promise<{ nodeIds: readonly string[]; isSubstitute: boolean }> {
    const { host, engine, decode } = this.dependencies;
    const picture = await readPicture(host, source, decode, signal);
    picture.image.close();
    const embedded = await embedPicture(engine, picture, null, {
      signal,
      onProgress: ({ fraction }) => show(EMBED_SHARE * fraction),
    });
    const { recipe, isSubstitute } = repeated
      ? recipeFor(repeated, source, picture)
      : { recipe: SUBJECT_CUTOUT, isSubstitute: false };
    const logits = await maskOfRecipe(engine, embedded, recipe, {
      signal,
      onProgress: ({ fraction }) => show(EMBED_SHARE + SEARCH_SHARE * fraction),
    });
    const applying = new Applying(engine, host);
    const stop = () => applying.cancel();
    signal.addEventListener('abort', stop);
    const nodeIds = await applying.apply({
      kind: recipe.kind,
      source,
      pixels: picture.pixels,
      maxTileSidePx: this.traits.peek().maxTileSidePx,
      embedded,
      logits,
      retouch: recipe.retouch ?? NO_RETOUCH,
      clipImagePolygon: picture.visibleImagePolygon,
      outlineDetail: recipe.outlineDetail,
      edge: recipe.edge ?? null,
      recipe,
      replacesNodeId: null,
    });
    signal.removeEventListener('abort', stop);
    const state = applying.state.peek();
    if (state.phase === 'failed') throw state.error;
    if (!nodeIds) throw new TinyCutError('cancelled', 'Cancelled.');
    return { nodeIds, isSubstitute };
  }
}
