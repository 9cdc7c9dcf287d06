import { readFileSync } from 'node:fs';
import { wholeEncoder } from '../../models/compile/onnx/whole-encoder.ts';
import { findProductSites } from '../../models/compile/quantize/product-sites.ts';
import type { QuantizationRecipe } from '../../models/compile/quantize/simulate-quantization.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { openImage } from '../quality/eval-set.ts';
import { EVAL_FOLDER, summarise } from '../quality/measure-quality.ts';
import { packPath } from '../quality/open-network.ts';
import { runInWorkers } from '../quality/worker-pool.ts';
import { mean } from '../statistics.ts';
import { calibrate } from './calibrate.ts';
import { chooseImages } from './choose-images.ts';
import { encodeByForms } from './encode-by-forms.ts';
import type { Form, StudyResult } from './form-worker.ts';
import { measureSensitivities, type Sensitivity } from './measure-sensitivities.ts';
import type { ScaleChoice, SearchJob, SearchResult } from './search-worker.ts';

export interface Study {
  /** In the order of the table. */
  rows: StudyRow[];
  /** The products that are the most sensitive by estimate, worst first. */
  sensitivities: Sensitivity[];
  /** Those of them that stay float in the last row. */
  floatSites: string[];
  /** All that are quantised in the others. */
  siteCount: number;
  calibrationIds: string[];
  imageCount: number;
  maskCount: number;
}

/** Means over held-out images, except for `minAgreement`. */
export interface StudyRow {
  form: FormName;
  /** Of the embedding, against fp32. */
  relativeError: number;
  /** IoU with the masks of fp32. */
  meanAgreement: number;
  minAgreement: number;
  boxMiou: number;
  clickMiou: number;
}

export type FormName = 'fp32' | 'shipped' | ScaleChoice | 'mixed';

/** So many of the products stay float in the last row. */
const FLOAT_SITES = 6;

/**
 * Static W8A8 after TinySAM's paper (arXiv 2312.13789, section 3.3), in simulation: scales by min-max, by search, by search
 * with split ranges, and with the most sensitive products left in float.
 * @throws TinyCutError `bad-argument` without the evaluation images, or with too few; `internal`
 */
export async function studyQuantization(
  counts: { imageCount: number; calibrationCount: number },
  onStep: (step: string) => void,
): Promise<Study> {
  const { calibrationImages, heldOutImages } = chooseImages(counts);
  const { tensors } = readPack(readFileSync(packPath('fp32')));
  const encoder = wholeEncoder(tensors);
  const sites = findProductSites(encoder.graph);

  const opened = [];
  for (const image of calibrationImages) opened.push(await openImage(EVAL_FOLDER, image));
  const samples = await calibrate({ tensors, encoder, sites }, opened, onStep);
  const searches = await runInWorkers<SearchJob, SearchResult>(
    'search-worker.mjs',
    null,
    sites.map(({ name, source }) => ({ name, source, samples: samples.get(name)! })),
    (count) => onStep(`search: product ${count} of ${sites.length}`),
  );
  const recipeOf = (choice: ScaleChoice, isQuantized = (_site: string) => true): QuantizationRecipe =>
    new Map(
      sites
        .map(({ name }, i) => [name, searches[i]![choice].scales] as const)
        .filter(([name]) => isQuantized(name)),
    );

  const sensitivities = await measureSensitivities(
    sites.map(({ name }, i) => ({ site: name, ...searches[i]!.split })),
    calibrationImages,
    onStep,
  );
  const floatSites = sensitivities.slice(0, FLOAT_SITES).map(({ site }) => site);

  const forms: Record<FormName, Form> = {
    fp32: 'fp32',
    shipped: 'shipped',
    minMax: { recipe: recipeOf('minMax') },
    searched: { recipe: recipeOf('searched') },
    split: { recipe: recipeOf('split') },
    mixed: { recipe: recipeOf('split', (name) => !floatSites.includes(name)) },
  };
  const results = await encodeByForms(Object.values(forms), heldOutImages, true, (count, all) =>
    onStep(`held-out images: encode ${count} of ${all}`),
  );
  return {
    rows: (Object.keys(forms) as FormName[]).map((form, i) => rowOf(form, results[i]!)),
    sensitivities,
    floatSites,
    siteCount: sites.length,
    calibrationIds: calibrationImages.map(({ id }) => id),
    imageCount: heldOutImages.length,
    maskCount: heldOutImages.reduce((sum, { masks }) => sum + masks.length, 0),
  };
}

function rowOf(form: FormName, results: readonly StudyResult[]): StudyRow {
  const agreements = results.flatMap((result) => result.agreements);
  const { boxMiou, clickMiou } = summarise(results.flatMap(({ scores }) => scores));
  return {
    form,
    relativeError: mean(results.map(({ relativeError }) => relativeError)),
    meanAgreement: mean(agreements),
    minAgreement: Math.min(...agreements),
    boxMiou,
    clickMiou,
  };
}
