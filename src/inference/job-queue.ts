import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';
import { letCancelThrough } from './let-cancel-through.ts';

/**
 * Runs jobs one after the other, in the order they came. A job that fails rejects its own promise and nothing else.
 * A job that was cancelled before its turn never starts.
 */
export class JobQueue {
  private lastJob: Promise<unknown> = Promise.resolve();

  /** @throws TinyCutError `cancelled`, or whatever the job throws */
  run<T>(job: () => Promise<T>, signal?: CancelSignal): Promise<T> {
    const result = this.lastJob.then(async () => {
      throwIfCancelled(signal);
      // A WASM run blocks its thread, so a cancel that was posted meanwhile has yet to be heard.
      await letCancelThrough(signal);
      return job();
    });
    this.lastJob = result.catch(() => undefined);
    return result;
  }
}
