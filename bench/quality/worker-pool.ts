import { Worker } from 'node:worker_threads';
import { TinyCutError } from '../../src/shared/errors.ts';
import type { Precision } from '../precision.ts';
import type { EvalImage } from './eval-set.ts';
import type { MaskScore } from './evaluate-mask.ts';

export interface WorkerSettings {
  precision: Precision;
  evalFolder: string;
  /** Where embeddings are kept; null keeps none. */
  cacheFolder: string | null;
}

export interface ImageJob {
  image: EvalImage;
  simulateClicks: boolean;
}

export type JobAnswer = { scores: MaskScore[] } | { failure: string };

const WORKER_COUNT = 2;

/**
 * Scores images in two threads, each with a network of its own.
 * @param onDone told how many images are done
 * @returns per job the scores of its image's masks
 * @throws TinyCutError `internal` naming the first image that fails
 */
export async function scoreImages(
  settings: WorkerSettings,
  jobs: readonly ImageJob[],
  onDone: (count: number) => void,
): Promise<MaskScore[][]> {
  const scores: MaskScore[][] = [];
  const waiting = jobs.map((job, index) => ({ job, index }));
  let doneCount = 0;
  // This file is built into one beside the worker's.
  const workers = Array.from(
    { length: Math.min(WORKER_COUNT, jobs.length) },
    () => new Worker(new URL('./quality-worker.mjs', import.meta.url), { workerData: settings }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const answer = await ask(worker, next.job);
          if ('failure' in answer)
            throw new TinyCutError('internal', `Evaluation failed on ${answer.failure}`);
          scores[next.index] = answer.scores;
          onDone(++doneCount);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return scores;
}

function ask(worker: Worker, job: ImageJob): Promise<JobAnswer> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: JobAnswer) => settle(() => resolve(answer));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error('A thread of the bench ended too early.')));
    // One by one: removing all of a Worker's listeners takes those of Node itself, and its messages with them.
    const settle = (end: () => void) => {
      worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      end();
    };
    worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}
