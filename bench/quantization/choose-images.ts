import { existsSync } from 'node:fs';
import { TinyCutError } from '../../src/shared/errors.ts';
import { readEvalSet, type EvalImage } from '../quality/eval-set.ts';
import { EVAL_FOLDER } from '../quality/measure-quality.ts';
import { evenlySpaced } from '../statistics.ts';

/**
 * Scales come from some images and are judged on others.
 * @throws TinyCutError `bad-argument` without the evaluation images, or when none is left to judge on
 */
export function chooseImages({
  imageCount,
  calibrationCount,
}: {
  imageCount: number;
  calibrationCount: number;
}): { calibrationImages: EvalImage[]; heldOutImages: EvalImage[] } {
  const all = existsSync(EVAL_FOLDER) ? readEvalSet(EVAL_FOLDER) : null;
  if (!all) {
    throw new TinyCutError(
      'bad-argument',
      'The study needs the images of ../shared/eval, which is not here. It lies beside the checkout, never in it.',
    );
  }
  const calibrationImages = evenlySpaced(all, calibrationCount);
  const others = all.filter((image) => !calibrationImages.includes(image));
  if (others.length === 0) {
    throw new TinyCutError(
      'bad-argument',
      `--calibration ${calibrationCount} leaves none of the ${all.length} images to measure on: take fewer.`,
    );
  }
  return { calibrationImages, heldOutImages: evenlySpaced(others, imageCount) };
}
