import { signal, type ReadonlySignal } from '@preact/signals';
import { CancelSource } from '../../shared/cancellation.ts';
import type { EmbeddedImage, EngineProgress } from '../../shared/engine-contract.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { embedPicture, type EmbeddingMemory } from './embed-picture.ts';
import type { Picture } from './picture.ts';

export type EmbeddingState =
  | { phase: 'waiting' }
  | { phase: 'running'; progress: EngineProgress | null }
  | { phase: 'ready'; embedded: EmbeddedImage }
  | { phase: 'cancelled' }
  | { phase: 'failed'; error: TinyCutError };

/** Times in a row that a lost worker is replaced without asking; then the user decides. */
const MAX_SILENT_RESTARTS = 2;

/** Gets one picture embedded, and embedded again after the worker was lost. */
export class EmbeddingRun {
  private readonly currentState = signal<EmbeddingState>({ phase: 'waiting' });
  readonly state: ReadonlySignal<EmbeddingState> = this.currentState;
  private running: CancelSource | null = null;
  private lossesInARow = 0;
  private readonly stopListening: () => void;

  constructor(
    private readonly engine: EngineClient,
    private readonly picture: Picture,
    /** Null for none. */
    private readonly memory: EmbeddingMemory | null,
  ) {
    this.stopListening = engine.onLost((error) => {
      if (this.currentState.peek().phase === 'ready') this.recover(error);
    });
  }

  /** Begins anew, whatever the state. Failures end in `state`. */
  async start(): Promise<void> {
    this.running?.abort();
    const source = new CancelSource();
    this.running = source;
    this.currentState.value = { phase: 'running', progress: null };
    try {
      const embedded = await this.embed(source);
      if (this.running === source) this.end({ phase: 'ready', embedded });
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      if (this.running !== source) return;
      if (error.code === 'worker-lost') this.recover(error);
      else this.end({ phase: 'failed', error });
    }
  }

  /** The worker has answered a prompt: it doesn't just come up to be lost again. */
  confirmAlive(): void {
    this.lossesInARow = 0;
  }

  cancel(): void {
    if (!this.running) return;
    this.running.abort();
    this.end({ phase: 'cancelled' });
  }

  dispose(): void {
    this.stopListening();
    this.cancel();
  }

  private async embed(source: CancelSource): Promise<EmbeddedImage> {
    const embedded = await embedPicture(this.engine, this.picture, this.memory, {
      signal: source.signal,
      onProgress: (progress) => {
        if (this.running === source) this.currentState.value = { phase: 'running', progress };
      },
    });
    const { width, height } = this.picture.imageSizePx;
    if (embedded.imageSizePx.width !== width || embedded.imageSizePx.height !== height) {
      throw new TinyCutError(
        'image-unreadable',
        'The image is decoded in two different sizes, so masks would not fit it. Export it as PNG and use that.',
      );
    }
    return embedded;
  }

  private recover(error: TinyCutError): void {
    if (this.lossesInARow++ < MAX_SILENT_RESTARTS) {
      void this.start();
    } else {
      this.lossesInARow = 0;
      this.end({ phase: 'failed', error });
    }
  }

  private end(state: EmbeddingState): void {
    this.running = null;
    this.currentState.value = state;
  }
}
