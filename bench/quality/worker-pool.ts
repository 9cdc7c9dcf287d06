import { parentPort, Worker } from 'node:worker_threads';
import { TinyCutError, toTinyCutError } from '../../src/shared/errors.ts';

type WorkerAnswer<Result> = { result: Result } | { failure: string };

const WORKER_COUNT = 2;

/**
 * Does jobs in two threads, each with networks of its own.
 * @param program name of the thread's program beside this one: "quality-worker.mjs", which calls `serveJobs`
 * @param settings what the program finds as its `workerData`
 * @param onDone told how many jobs are done
 * @returns a result per job
 * @throws TinyCutError `internal` naming the first job that fails
 */
export async function runInWorkers<Job, Result>(
  program: string,
  settings: unknown,
  jobs: readonly Job[],
  onDone: (count: number) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = jobs.map((job, index) => ({ job, index }));
  let doneCount = 0;
  // This file is built into one beside the worker's.
  const workers = Array.from(
    { length: Math.min(WORKER_COUNT, jobs.length) },
    () => new Worker(new URL(program, import.meta.url), { workerData: settings }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const answer = await ask<Result>(worker, next.job);
          if ('failure' in answer)
            throw new TinyCutError('internal', `Evaluation failed on ${answer.failure}`);
          results[next.index] = answer.result;
          onDone(++doneCount);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

/**
 * The thread's side: answers one job after the other.
 * @param nameOf what a job is called where it fails
 */
export function serveJobs<Job, Result>(
  work: (job: Job) => Promise<Result>,
  nameOf: (job: Job) => string,
): void {
  const answer = async (job: Job): Promise<WorkerAnswer<Result>> => {
    try {
      return { result: await work(job) };
    } catch (thrown) {
      return { failure: `${nameOf(job)}: ${toTinyCutError(thrown).message}` };
    }
  };
  parentPort!.on('message', (job: Job) => {
    void answer(job).then((message) => parentPort!.postMessage(message));
  });
}

function ask<Result>(worker: Worker, job: unknown): Promise<WorkerAnswer<Result>> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: WorkerAnswer<Result>) => settle(() => resolve(answer));
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
