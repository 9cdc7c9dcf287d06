import { CELL_MODEL_PX, type MaskCandidate, type Prompt } from '../../shared/engine-contract.ts';
import { bitMaskOfLogits } from '../mask/bit-mask.ts';
import { imageSizeCells } from '../mask/image-cells.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import type { CellColours } from './cell-colours.ts';
import { CLICK_FEATURES, clickFeatures, type ClickFeatures } from './click-features.ts';
import { toModelPoint } from './prompt-tokens.ts';

/** What of a candidate the choice depends on. Candidates are in the order of their mask tokens, 0..3. */
export interface RatedMask {
  predictedIou: number;
  areaFraction: number;
}

/** Tokens 1..3 are trained for prompts that may mean several things, token 0 for prompts that mean one. */
export const AMBIGUOUS_TOKENS = [1, 2, 3] as const;
const MAX_AMBIGUOUS_PROMPT_TOKENS = 2;

/** Fitted by `npm run bench:quality -- --only mask-choice`, see docs/decisions/mask-choice.md. */
const FEATURE_WEIGHTS: Readonly<ClickFeatures> = {
  centredness: 4.04,
  roundness: 9,
  logArea: 0.669,
  agreement: 4.33,
  separation: 0.664,
};

/**
 * The mask to show first. One click on an object leaves open how much of it is meant, and the model's own rating says
 * little about that: the answer is the candidate that scores best by `clickFeatures`. All else goes by SAM's rule.
 * @param masks the four candidates
 * @param colours of the image whose candidates they are
 * @returns index into the candidates; of equals the first
 */
export function defaultMaskIndex(
  masks: readonly MaskCandidate[],
  prompt: Pick<Prompt, 'points' | 'box'>,
  geometry: MaskGeometry,
  colours: CellColours,
): number {
  const [click, ...others] = prompt.points;
  if (!click || click.label !== 1 || others.length > 0 || prompt.box) {
    return singleMaskIndex(masks, prompt.points.length + (prompt.box ? 2 : 1));
  }
  const scores = clickedFeatures(masks, click, geometry, colours).map(scoreOf);
  return AMBIGUOUS_TOKENS[scores.indexOf(Math.max(...scores))]!;
}

/** @returns the features of tokens 1..3 */
export function clickedFeatures(
  masks: readonly Pick<MaskCandidate, 'logits'>[],
  click: Prompt['points'][number],
  geometry: MaskGeometry,
  colours: CellColours,
): ClickFeatures[] {
  const sizeCells = imageSizeCells(geometry.modelSizePx);
  const modelPoint = toModelPoint(click, geometry);
  const clickCell = { x: modelPoint.x / CELL_MODEL_PX, y: modelPoint.y / CELL_MODEL_PX };
  const [single, ...ambiguous] = masks.map(({ logits }) => bitMaskOfLogits(logits, sizeCells));
  return ambiguous.map((mask) => clickFeatures(mask, single!, clickCell, colours));
}

function scoreOf(features: ClickFeatures): number {
  return CLICK_FEATURES.reduce((sum, name) => sum + FEATURE_WEIGHTS[name] * features[name], 0);
}

/**
 * The rule of SAM's ONNX export (`select_masks`): token 0 for three or more prompt tokens, else the best of the others
 * by predicted IoU. A mask to refine is no token.
 * @param promptTokenCount clicks, box corners and the padding point together
 * @returns index into the candidates
 */
export function singleMaskIndex(masks: readonly RatedMask[], promptTokenCount: number): number {
  if (promptTokenCount > MAX_AMBIGUOUS_PROMPT_TOKENS) return 0;
  return AMBIGUOUS_TOKENS.reduce<number>(
    (best, token) => (masks[token]!.predictedIou > masks[best]!.predictedIou ? token : best),
    AMBIGUOUS_TOKENS[0],
  );
}

/** @returns indices of tokens 1..3, largest area first: whole, part, detail */
export function indicesBySize(masks: readonly RatedMask[]): number[] {
  return [...AMBIGUOUS_TOKENS].sort((a, b) => masks[b]!.areaFraction - masks[a]!.areaFraction);
}
