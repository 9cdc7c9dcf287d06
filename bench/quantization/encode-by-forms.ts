import type { EvalImage } from '../quality/eval-set.ts';
import { CACHE_FOLDER, EVAL_FOLDER } from '../quality/measure-quality.ts';
import { runInWorkers } from '../quality/worker-pool.ts';
import type { Form, StudyJob, StudyResult, StudySettings } from './form-worker.ts';

/**
 * Encodes each image by each form, in two threads.
 * @param scoreMasks whether to decode the images' masks too
 * @returns by form, a result for each image
 */
export async function encodeByForms(
  forms: readonly Form[],
  images: readonly EvalImage[],
  scoreMasks: boolean,
  onDone: (count: number, all: number) => void,
): Promise<StudyResult[][]> {
  const settings: StudySettings = { evalFolder: EVAL_FOLDER, cacheFolder: CACHE_FOLDER, forms };
  // Form by form: a thread opens each once.
  const jobs = forms.flatMap((_, form) => images.map((image): StudyJob => ({ form, image, scoreMasks })));
  const results = await runInWorkers<StudyJob, StudyResult>('form-worker.mjs', settings, jobs, (count) =>
    onDone(count, jobs.length),
  );
  return forms.map((_, form) => results.slice(form * images.length, (form + 1) * images.length));
}
