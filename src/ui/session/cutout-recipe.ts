import type { Size } from '../../shared/affine.ts';
import { MAX_RECIPE_POINTS, type CutoutRecipe } from '../../shared/cutout-recipe.ts';
import type { OutputKind } from '../../shared/host-contract.ts';
import type { History } from './history.ts';
import { emptyEntry, isEmpty, nextEntryId, type PromptEntry } from './prompt-entry.ts';

/**
 * What the mask on show was made of: the present prompts, and the steps before them whose masks they refine.
 * @returns null when nothing is marked, or with too many clicks to be kept
 */
export function recipeOf(
  { past, present }: History<PromptEntry>,
  settings: { kind: OutputKind; outlineDetail: number },
): CutoutRecipe | null {
  if (isEmpty(present) || present.points.length > MAX_RECIPE_POINTS) return null;
  const chain = [...past, present];
  let start = chain.length - 1;
  while (start > 0 && isRefining(chain[start]!)) start--;
  const steps = chain.slice(start);
  return {
    ...settings,
    isSubject: steps[0]!.isSubject,
    box: present.box && { ...present.box },
    points: present.points.map(({ x, y, label }) => ({ x: rounded(x), y: rounded(y), label })),
    steps: steps.map(({ points, maskSize }) => ({ pointCount: points.length, maskSize })),
  };
}

/**
 * The prompts of a recipe as a history to go on with.
 * @param fromSizePx the image size that the recipe refers to
 * @param toSizePx the size of the same picture now
 */
export function promptsOf(recipe: CutoutRecipe, fromSizePx: Size, toSizePx: Size): History<PromptEntry> {
  const x = toSizePx.width / fromSizePx.width;
  const y = toSizePx.height / fromSizePx.height;
  const points = recipe.points.map((point) => ({ ...point, x: point.x * x, y: point.y * y }));
  const { box } = recipe;
  const chain = recipe.steps.map(({ pointCount, maskSize }, i): PromptEntry => ({
    id: nextEntryId(),
    isSubject: recipe.isSubject && i === 0,
    points: points.slice(0, pointCount),
    box: box && { x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y },
    previousLogits: null,
    isRefinedMaskLost: i > 0,
    maskSize,
  }));
  return { past: [emptyEntry(), ...chain.slice(0, -1)], present: chain.at(-1)!, future: [] };
}

function isRefining({ previousLogits, isRefinedMaskLost }: PromptEntry): boolean {
  return previousLogits !== null || isRefinedMaskLost;
}

/** To a hundredth of a pixel. */
function rounded(coordinate: number): number {
  return Math.round(coordinate * 100) / 100;
}
