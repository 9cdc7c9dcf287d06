import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';
import type { EngineProgress } from '../shared/engine-contract.ts';
import { letCancelThrough } from './let-cancel-through.ts';

export interface RunOptions {
  /** Heard between stages: a stage that has begun blocks its thread to the end. */
  signal?: CancelSignal | undefined;
  onProgress?: ((progress: EngineProgress) => void) | undefined;
}

/** Announces a stage and lets a cancel be heard. @throws TinyCutError `cancelled` */
export type Stage = (stage: EngineProgress['stage'], fraction: number) => Promise<void>;

export function stageReporter({ signal, onProgress }: RunOptions): Stage {
  return async (stage, fraction) => {
    throwIfCancelled(signal);
    onProgress?.({ stage, fraction });
    await letCancelThrough(signal);
  };
}
