import { signal, type ReadonlySignal } from '@preact/signals';
import { CancelSource } from '../../shared/cancellation.ts';
import type { EmbeddedImage, EngineProgress } from '../../shared/engine-contract.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { Picture } from './picture.ts';

export type EmbeddingState =
  | { phase: 'waiting' }
  | { phase: 'running'; progress: EngineProgress | null }
  | { phase: 'ready'; embedded: EmbeddedImage }
  | { phase: 'cancelled' }
  | { phase: 'failed'; error: TinyCutError };

/** Times that a lost worker is replaced without asking; then the user decides. */
const MAX_SILENT_RESTARTS = 2;

/** Gets one picture embedded, and embedded again after the worker was lost. */
export class EmbeddingRun {
  private readonly currentState = signal<EmbeddingState>({ phase: 'waiting' });
  readonly state: ReadonlySignal<EmbeddingState> = this.currentState;
  private running: CancelSource | null = null;
  private silentRestarts = 0;
  private readonly stopListening: () => void;

  constructor(
    private readonly engine: EngineClient,
    private readonly picture: Picture,
  ) {
    this.stopListening = engine.onLost(() => {
      if (this.currentState.peek().phase === 'ready') void this.start();
    });
  }

  /** Begins anew, whatever the state. Failures end in `state`. */
  async start(): Promise<void> {
    this.running?.abort();
    const source = new CancelSource();
    this.running = source;
    this.currentState.value = { phase: 'running', progress: null };
    const state = await this.run(source).catch((thrown: unknown) => {
      const error = toTinyCutError(thrown);
      return error.code === 'worker-lost' ? this.afterLoss(error, source) : toEndState(error);
    });
    if (this.running !== source || !state) return;
    this.running = null;
    this.currentState.value = state;
  }

  cancel(): void {
    if (!this.running) return;
    this.running.abort();
    this.running = null;
    this.currentState.value = { phase: 'cancelled' };
  }

  dispose(): void {
    this.stopListening();
    this.cancel();
  }

  private async run(source: CancelSource): Promise<EmbeddingState> {
    const file = new Uint8Array(await this.picture.file.arrayBuffer());
    const embedded = await this.engine.call(
      'embed',
      { file },
      {
        signal: source.signal,
        transfer: [file.buffer],
        onProgress: (progress) => {
          if (this.running === source) this.currentState.value = { phase: 'running', progress };
        },
      },
    );
    const { width, height } = this.picture.imageSizePx;
    if (embedded.imageSizePx.width !== width || embedded.imageSizePx.height !== height) {
      throw new TinyCutError(
        'image-unreadable',
        'The image is decoded in two different sizes, so masks would not fit it. Export it as PNG and use that.',
      );
    }
    this.silentRestarts = 0;
    return { phase: 'ready', embedded };
  }

  /** @returns null when the run was begun again in place of this one */
  private afterLoss(error: TinyCutError, source: CancelSource): EmbeddingState | null {
    if (this.running !== source) return null;
    if (this.silentRestarts++ >= MAX_SILENT_RESTARTS) {
      this.silentRestarts = 0;
      return { phase: 'failed', error };
    }
    void this.start();
    return null;
  }
}

function toEndState(error: TinyCutError): EmbeddingState {
  return error.code === 'cancelled' ? { phase: 'cancelled' } : { phase: 'failed', error };
}
