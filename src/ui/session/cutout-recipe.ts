import type { EdgeSettings } from '../../shared/edge-settings.ts';
import type { Size } from '../../shared/affine.ts';
import type { Retouch } from '../../shared/retouch.ts';
import { fitsRecipe, type CutoutRecipe } from '../../shared/cutout-recipe.ts';
import type { OutputKind } from '../../shared/host-contract.ts';
import type { History } from './history.ts';
import { isRetouched, NO_RETOUCH } from './retouching.ts';
import { emptyEntry, isEmpty, nextEntryId, type PromptEntry } from './prompt-entry.ts';

/**
 * What the mask on show was made of: the present prompts, and the steps before them whose masks they refine.
 * @returns null when nothing is marked or painted, or with too many clicks and strokes to be kept
 */
export function recipeOf(
  { past, present }: History<PromptEntry>,
  settings: { kind: OutputKind; outlineDetail: number; edge?: EdgeSettings | null | undefined },
): CutoutRecipe | null {
  const { edge, ...made } = settings;
  const { points, box, retouch } = present;
  const isBlank = isEmpty(present) && retouch.strokes.length === 0;
  if (isBlank || !fitsRecipe(points.length, retouch)) return null;
  // A step that only retouches has the prompts of the one before it.
  const chain = [...past, present].filter((step, i, all) => step.id !== all[i + 1]?.id);
  let start = chain.length - 1;
  while (start > 0 && isRefining(chain[start]!)) start--;
  const steps = chain.slice(start);
  return {
    ...made,
    ...(edge && { edge: { ...edge } }),
    isSubject: steps[0]!.isSubject,
    box: box && { ...box },
    points: points.map(({ x, y, label }) => ({ x: rounded(x), y: rounded(y), label })),
    steps: steps.map(({ points, maskSize }) => ({ pointCount: points.length, maskSize })),
    ...(isRetouched(retouch) && { retouch: scaledRetouch(retouch, 1, 1) }),
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
    retouch:
      recipe.retouch && i === recipe.steps.length - 1 ? scaledRetouch(recipe.retouch, x, y) : NO_RETOUCH,
  }));
  return { past: [emptyEntry(), ...chain.slice(0, -1)], present: chain.at(-1)!, future: [] };
}

function scaledRetouch({ isInverted, strokes }: Retouch, x: number, y: number): Retouch {
  return {
    isInverted,
    strokes: strokes.map(({ mode, radiusPx, imagePoints }) => ({
      mode,
      radiusPx: radiusPx * Math.sqrt(x * y),
      imagePoints: imagePoints.map((point) => ({ x: rounded(point.x * x), y: rounded(point.y * y) })),
    })),
  };
}

function isRefining({ previousLogits, isRefinedMaskLost }: PromptEntry): boolean {
  return previousLogits !== null || isRefinedMaskLost;
}

/** To a hundredth of a pixel. */
function rounded(coordinate: number): number {
  return Math.round(coordinate * 100) / 100;
}
