import { signal, type ReadonlySignal } from '@preact/signals';
import { CancelSource } from '../../shared/cancellation.ts';
import type { Arrangement, EmbeddedImage } from '../../shared/engine-contract.ts';
import { toTinyCutError, type TinyCutError } from '../../shared/errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';

export type SearchState =
  | { phase: 'idle' }
  | { phase: 'running'; fraction: number; remainingMs: number | null }
  | { phase: 'ready'; embedded: EmbeddedImage }
  | { phase: 'cancelled' }
  | { phase: 'failed'; error: TinyCutError };

/** Has the engine find everything in one image. */
export class RegionSearch {
  private readonly currentState = signal<SearchState>({ phase: 'idle' });
  readonly state: ReadonlySignal<SearchState> = this.currentState;
  /** What was found so far, while the search runs. */
  readonly soFar = signal<Arrangement | null>(null);
  private running: CancelSource | null = null;

  constructor(private readonly engine: EngineClient) {}

  /** Begins anew, whatever the state; at once over when the engine still knows the image. Failures end in `state`. */
  async start(embedded: EmbeddedImage): Promise<void> {
    this.running?.abort();
    const source = new CancelSource();
    this.running = source;
    this.currentState.value = { phase: 'running', fraction: 0, remainingMs: null };
    try {
      await this.engine.call(
        'findRegions',
        { imageId: embedded.imageId },
        {
          signal: source.signal,
          onProgress: ({ fraction, remainingMs, arrangement }) => {
            if (this.running !== source) return;
            this.currentState.value = { phase: 'running', fraction, remainingMs };
            if (arrangement) this.soFar.value = arrangement;
          },
        },
      );
      if (this.running === source) this.end({ phase: 'ready', embedded });
    } catch (thrown) {
      if (this.running === source) this.end({ phase: 'failed', error: toTinyCutError(thrown) });
    }
  }

  /** @param phase `idle` where the user has only gone elsewhere */
  cancel(phase: 'cancelled' | 'idle' = 'cancelled'): void {
    if (!this.running) return;
    this.running.abort();
    this.end({ phase });
  }

  private end(state: SearchState): void {
    this.running = null;
    this.soFar.value = null;
    this.currentState.value = state;
  }
}
