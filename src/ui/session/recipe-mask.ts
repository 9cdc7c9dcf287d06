import type { CutoutRecipe } from '../../shared/cutout-recipe.ts';
import type { CallOptions } from '../../shared/channel.ts';
import { DEFAULT_EDGE } from '../../shared/edge-settings.ts';
import type { EmbeddedImage, EngineProgress } from '../../shared/engine-contract.ts';
import { EDITABLE_DETAIL } from '../../shared/engine-contract.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImageSource, RepeatedCutout } from '../../shared/host-contract.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { strings } from '../strings.ts';
import { promptsOf, recipeOf } from './cutout-recipe.ts';
import { chooseCandidate, segmentationOfSubject, type Segmentation } from './mask-size.ts';
import type { Picture } from './picture.ts';
import { BLANK_MASK } from './retouching.ts';
import { isEmpty, toPrompt } from './prompt-entry.ts';

const SUBJECT: Pick<CutoutRecipe, 'isSubject' | 'box' | 'points' | 'steps'> = {
  isSubject: true,
  box: null,
  points: [],
  steps: [{ pointCount: 0, maskSize: null }],
};

/** The subject of an image as a cutout. */
export const SUBJECT_CUTOUT: CutoutRecipe = {
  kind: 'cutout',
  outlineDetail: EDITABLE_DETAIL,
  edge: DEFAULT_EDGE,
  ...SUBJECT,
};

/**
 * What a cutout comes to on an image: on the same picture the same prompts, where they lie now; on another one its subject,
 * since clicks mean nothing there.
 */
export function recipeFor(
  { recipe, imageHash, imageSizePx, isRendered }: RepeatedCutout,
  source: ImageSource,
  picture: Picture,
): { recipe: CutoutRecipe; isSubstitute: boolean } {
  const { kind, outlineDetail, edge } = recipe;
  const isSame = source.imageHash === imageHash && isRendered === (picture.pixels.from === 'rendered');
  if (isSame) {
    const prompts = promptsOf(recipe, imageSizePx, picture.imageSizePx);
    return { recipe: recipeOf(prompts, { kind, outlineDetail, edge }) ?? recipe, isSubstitute: false };
  }
  const isSubstitute = !recipe.isSubject || recipe.points.length > 0;
  return { recipe: { kind, outlineDetail, ...(edge && { edge }), ...SUBJECT }, isSubstitute };
}

/**
 * The mask that a recipe gives, by all of its steps.
 * @param options progress is that of a search for the subject
 * @returns logits [256 x 256]
 * @throws TinyCutError `mask-empty`, and as the engine does
 */
export async function maskOfRecipe(
  engine: EngineClient,
  { imageId, imageSizePx }: EmbeddedImage,
  recipe: CutoutRecipe,
  options: CallOptions<EngineProgress>,
): Promise<Float32Array> {
  let previousLogits: Float32Array | null = null;
  const { past, present } = promptsOf(recipe, imageSizePx, imageSizePx);
  // Strokes alone ask the engine nothing.
  if (isEmpty(present) && present.retouch.strokes.length > 0) return BLANK_MASK.logits;
  for (const entry of [...past, present].filter((step) => !isEmpty(step))) {
    const segmentation: Segmentation = entry.isSubject
      ? segmentationOfSubject(await engine.call('findSubject', { imageId }, options))
      : await engine.call(
          'segment',
          { imageId, prompt: toPrompt({ ...entry, previousLogits }) },
          { signal: options.signal },
        );
    previousLogits = chooseCandidate(segmentation, entry.maskSize)?.logits ?? null;
  }
  if (!previousLogits) throw new TinyCutError('mask-empty', strings.subject.nothingFound);
  return previousLogits;
}
