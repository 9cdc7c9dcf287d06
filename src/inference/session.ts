import * as ort from 'onnxruntime-web/wasm';
import type { CancelSignal } from '../shared/cancellation.ts';
import { TinyCutError } from '../shared/errors.ts';
import { JobQueue } from './job-queue.ts';
import { runtimeFailure } from './runtime-failure.ts';
import { hasSimd, isWholeWasm } from './wasm-file.ts';

export interface FloatTensor {
  data: Float32Array;
  dims: readonly number[];
}

export interface ModelRun {
  outputs: Record<string, FloatTensor>;
  runMs: number;
}

// Left alone, onnxruntime-web takes as many as it can.
ort.env.wasm.numThreads = 1;

/** onnxruntime-web has one WASM instance per realm and does not allow two things at once in it. */
const queue = new JobQueue();

/** What onnxruntime-web may take to start its threads: a thread that never answers is a failure of none of its calls. */
const START_MS = 15_000;

/**
 * Lets the runtime that starts next have threads; without this it has one. They need SharedArrayBuffer, which only pages
 * that are isolated from other origins have (Figma's iframe is not), and a script whose URL still holds.
 * @param count 1 or more, the calling thread included
 */
export function allowThreads(count: number): void {
  ort.env.wasm.numThreads = count;
  ort.env.wasm.initTimeout = count > 1 ? START_MS : 0;
}

/** How many threads the runtime has, or will when it starts: fewer than allowed where the browser can't. */
export function threadCount(): number {
  return ort.env.wasm.numThreads!;
}

/**
 * Sets the runtime up; it starts with the first session and stays as it is from then on.
 * @param wasm content of `ort-wasm-simd-threaded.wasm`; without it onnxruntime-web looks beside its own script,
 *   which is right in Node and impossible where the engine is one inlined script
 * @throws TinyCutError `model-corrupt`: a broken binary is refused here, since onnxruntime-web would remember the
 *   failure for good
 */
export function configureRuntime(wasm: Uint8Array | undefined): void {
  ort.env.logLevel = 'error';
  if (!wasm) return;
  if (!hasSimd()) {
    throw new TinyCutError('model-corrupt', 'This browser is too old for TinyCut. Update it and try again.');
  }
  if (!isWholeWasm(wasm)) {
    throw new TinyCutError('model-corrupt', 'The engine file is damaged. Install TinyCut again.');
  }
  ort.env.wasm.wasmBinary = wasm;
}

/** One ONNX model, ready to run. */
export class ModelSession {
  private constructor(
    private readonly name: string,
    private readonly session: ort.InferenceSession,
  ) {}

  /**
   * @param name for messages: "encoder"
   * @param model content of the .onnx file; not kept
   * @throws TinyCutError `model-corrupt`, `out-of-memory`, `cancelled`
   */
  static create(name: string, model: Uint8Array, signal?: CancelSignal): Promise<ModelSession> {
    return queue.run(async () => {
      try {
        const session = await ort.InferenceSession.create(model, {
          executionProviders: ['wasm'],
          // The graphs are built as they run fastest; looking for more takes longer than loading them.
          graphOptimizationLevel: 'disabled',
          logSeverityLevel: 3,
        });
        // Running by now; the binary would only take up its 14 MB.
        delete ort.env.wasm.wasmBinary;
        return new ModelSession(name, session);
      } catch (thrown) {
        const message = `The ${name} model could not be read: it is damaged. Install TinyCut again.`;
        throw runtimeFailure(thrown, 'model-corrupt', message);
      }
    }, signal);
  }

  get inputNames(): readonly string[] {
    return this.session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.session.outputNames;
  }

  /**
   * @param inputs float tensors by input name
   * @returns float tensors by output name, and the time of the run alone, without the wait for its turn
   * @throws TinyCutError `out-of-memory`, `internal`, `cancelled` (only before the run has begun)
   */
  run(inputs: Record<string, FloatTensor>, signal?: CancelSignal): Promise<ModelRun> {
    return queue.run(async () => {
      const startedAt = performance.now();
      try {
        const feeds = Object.fromEntries(
          Object.entries(inputs).map(([name, { data, dims }]) => [
            name,
            new ort.Tensor('float32', data, dims),
          ]),
        );
        const results = await this.session.run(feeds);
        const outputs = Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [
            name,
            { data: floatsOf(tensor), dims: tensor.dims },
          ]),
        );
        return { outputs, runMs: performance.now() - startedAt };
      } catch (thrown) {
        throw runtimeFailure(thrown, 'internal', `The ${this.name} model failed.`);
      }
    }, signal);
  }

  /**
   * Frees the model's memory, after whatever is queued.
   * @throws TinyCutError `out-of-memory` in a runtime that broke for lack of it, `internal`
   */
  release(): Promise<void> {
    return queue.run(async () => {
      try {
        await this.session.release();
      } catch (thrown) {
        throw runtimeFailure(thrown, 'internal', `The ${this.name} model could not be freed.`);
      }
    });
  }
}

function floatsOf(tensor: ort.Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new Error(`expected float32, got ${tensor.type}`);
}
