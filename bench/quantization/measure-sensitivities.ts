import type { SiteScales } from '../../models/compile/quantize/estimated-loss.ts';
import type { EvalImage } from '../quality/eval-set.ts';
import { evenlySpaced, mean } from '../statistics.ts';
import { encodeByForms } from './encode-by-forms.ts';

/** What quantising one product alone does. */
export interface Sensitivity {
  site: string;
  /** Estimated change of the task's loss, as a share of all products'. */
  estimatedShare: number;
  /** Of the embedding, measured on two calibration images. */
  relativeError: number;
}

/** Only so many are measured, those with the largest estimates: an encode for each of all would take most of the study's time. */
const MEASURED_SITES = 16;
const SENSITIVITY_IMAGES = 2;

/** Quantises products alone, one after the other. @returns the most sensitive first */
export async function measureSensitivities(
  candidates: readonly { site: string; scales: SiteScales; estimatedLoss: number }[],
  images: readonly EvalImage[],
  onStep: (step: string) => void,
): Promise<Sensitivity[]> {
  const totalLoss = candidates.reduce((sum, { estimatedLoss }) => sum + estimatedLoss, 0);
  const suspects = [...candidates].sort((a, b) => b.estimatedLoss - a.estimatedLoss).slice(0, MEASURED_SITES);
  const results = await encodeByForms(
    suspects.map(({ site, scales }) => ({ recipe: new Map([[site, scales]]) })),
    evenlySpaced(images, SENSITIVITY_IMAGES),
    false,
    (count, all) => onStep(`sensitivity: encode ${count} of ${all}`),
  );
  return suspects
    .map(({ site, estimatedLoss }, i) => ({
      site,
      estimatedShare: estimatedLoss / totalLoss,
      relativeError: mean(results[i]!.map(({ relativeError }) => relativeError)),
    }))
    .sort((a, b) => b.relativeError - a.relativeError);
}
