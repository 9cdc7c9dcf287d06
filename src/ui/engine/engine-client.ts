import { signal, type ReadonlySignal } from '@preact/signals';
import { Channel, type CallOptions, type Port } from '../../shared/channel.ts';
import { EMPTY_CONTRACT, type Params, type Progress, type Result } from '../../shared/contract.ts';
import { ENGINE_CONTRACT, type EngineContract, type EngineProgress } from '../../shared/engine-contract.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { EngineFiles } from './embedded-assets.ts';
import type { WorkerLike } from './worker-spawner.ts';

export type EngineStatus =
  | { phase: 'stopped' }
  | { phase: 'starting'; progress: EngineProgress | null }
  | { phase: 'ready' }
  | { phase: 'failed'; error: TinyCutError };

type EngineMethod = Exclude<keyof EngineContract['methods'], 'load'>;
type EngineChannel = Channel<typeof EMPTY_CONTRACT, EngineContract>;

/** A worker that is loaded. */
interface RunningEngine {
  worker: WorkerLike;
  channel: EngineChannel;
}

export interface EngineDependencies {
  /** Called at most once for good; after a failure, again. */
  takeFiles(): Promise<EngineFiles>;
  spawn(script: Blob): Promise<WorkerLike>;
  /** 1 where threads can't share memory. */
  maxThreadCount: number;
}

/**
 * The engine's worker with its life: started on the first call, started afresh by the next call after a crash. What
 * ran when it crashed rejects with `worker-lost`; its embeddings are gone then, which `onLost` tells. A worker that is out of
 * memory for good is given up in the same way: WASM gives no memory back.
 */
export class EngineClient {
  private readonly currentStatus = signal<EngineStatus>({ phase: 'stopped' });
  readonly status: ReadonlySignal<EngineStatus> = this.currentStatus;
  private readonly lostListeners = new Set<(error: TinyCutError) => void>();
  private files: Promise<EngineFiles> | null = null;
  private starting: Promise<RunningEngine> | null = null;
  private readonly lost = new WeakSet<WorkerLike>();
  private readonly shortListeners = new Set<() => void>();

  private maxThreadCount: number;

  constructor(private readonly dependencies: EngineDependencies) {
    this.maxThreadCount = dependencies.maxThreadCount;
  }

  /** @throws TinyCutError `model-missing`, `model-corrupt`, `worker-lost`, `out-of-memory` */
  async start(): Promise<void> {
    await this.running();
  }

  /** @throws TinyCutError with the engine's code, or `cancelled`, `worker-lost` */
  async call<M extends EngineMethod>(
    method: M,
    params: Params<EngineContract, M>,
    options: CallOptions<Progress<EngineContract, M>> = {},
  ): Promise<Result<EngineContract, M>> {
    const engine = await this.running();
    try {
      return await engine.channel.call(method, params, options);
    } catch (thrown) {
      if (toTinyCutError(thrown).code === 'out-of-memory') this.lose(engine);
      throw thrown;
    }
  }

  /** @returns a function that stops listening */
  onLost(listener: (error: TinyCutError) => void): () => void {
    this.lostListeners.add(listener);
    return () => void this.lostListeners.delete(listener);
  }

  /**
   * Told when the engine had to let go of what it kept.
   * @returns a function that stops listening
   */
  onMemoryShort(listener: () => void): () => void {
    this.shortListeners.add(listener);
    return () => void this.shortListeners.delete(listener);
  }

  private running(): Promise<RunningEngine> {
    if (this.starting) return this.starting;
    const starting = this.boot().catch((thrown: unknown) => {
      const error = toTinyCutError(thrown);
      // A failed start is never kept: the next call tries again.
      if (this.starting === starting) {
        this.starting = null;
        this.currentStatus.value = { phase: 'failed', error };
      }
      throw error;
    });
    this.starting = starting;
    return starting;
  }

  private async boot(): Promise<RunningEngine> {
    this.currentStatus.value = { phase: 'starting', progress: null };
    this.files ??= this.dependencies.takeFiles();
    const files = await this.files.catch((thrown: unknown) => {
      this.files = null;
      throw thrown;
    });
    try {
      return await this.load(files);
    } catch (thrown) {
      if (this.maxThreadCount === 1) throw thrown;
      // Perhaps for the threads, which a browser or a policy may refuse in many ways; a worker that failed so is of no use.
      this.maxThreadCount = 1;
      return this.load(files);
    }
  }

  private async load(files: EngineFiles): Promise<RunningEngine> {
    const worker = await this.dependencies.spawn(files.worker);
    const channel: EngineChannel = new Channel(workerPort(worker), EMPTY_CONTRACT, {}, ENGINE_CONTRACT);
    channel.on('memoryShort', () => this.shortListeners.forEach((listener) => listener()));
    const engine = { worker, channel };
    const onCrash = () => this.lose(engine);
    worker.addEventListener('error', onCrash);
    worker.addEventListener('messageerror', onCrash);
    try {
      const [packGzip, wasmGzip] = await Promise.all([files.packGzip, files.wasmGzip].map(readBytes));
      await channel.call(
        'load',
        { packGzip: packGzip!, wasmGzip: wasmGzip!, maxThreadCount: this.maxThreadCount },
        {
          transfer: [packGzip!.buffer, wasmGzip!.buffer],
          onProgress: (progress) => (this.currentStatus.value = { phase: 'starting', progress }),
        },
      );
    } catch (thrown) {
      channel.close();
      worker.terminate();
      throw thrown;
    }
    this.currentStatus.value = { phase: 'ready' };
    return engine;
  }

  private lose({ worker, channel }: RunningEngine): void {
    if (this.lost.has(worker)) return;
    this.lost.add(worker);
    const wasReady = this.currentStatus.value.phase === 'ready';
    worker.terminate();
    const error = new TinyCutError(
      'worker-lost',
      'The engine stopped unexpectedly, perhaps for lack of memory. Undo the last step or try again.',
    );
    channel.close(error);
    // During a start the closed channel makes the start itself fail.
    if (!wasReady) return;
    this.starting = null;
    this.currentStatus.value = { phase: 'stopped' };
    for (const listener of [...this.lostListeners]) listener(error);
  }
}

async function readBytes(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

function workerPort(worker: WorkerLike): Port {
  return {
    post: (frame, transfer) => worker.postMessage(frame, [...(transfer ?? [])] as Transferable[]),
    listen(onMessage) {
      const onWorkerMessage = (event: MessageEvent<unknown>) => onMessage(event.data);
      worker.addEventListener('message', onWorkerMessage);
      return () => worker.removeEventListener('message', onWorkerMessage);
    },
  };
}
