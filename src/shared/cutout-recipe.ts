import * as v from 'valibot';
import { finiteNumber } from './contract.ts';
import { edgeSettingsSchema } from './edge-settings.ts';
import { retouchSchema, type Retouch } from './retouch.ts';

export const OUTPUT_KINDS = ['cutout', 'vector', 'mask-group'] as const;
export const MASK_SIZES = ['whole', 'part', 'detail'] as const;

/** Of all steps together; with it a recipe stays below the 100 kB that Figma keeps with a layer. */
export const MAX_RECIPE_POINTS = 1000;
/** A stroke has no steps to keep with its points: these take a third of the room. */
const STROKE_POINTS_PER_POINT = 3;

/** Whether clicks and strokes are few enough to be kept together. */
export function fitsRecipe(pointCount: number, { strokes }: Retouch): boolean {
  const strokePointCount = strokes.reduce((sum, { imagePoints }) => sum + imagePoints.length, 0);
  return pointCount + strokePointCount / STROKE_POINTS_PER_POINT <= MAX_RECIPE_POINTS;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_RECIPE_POINTS));

/**
 * How one object was cut out, so that it can be done again. A mask is the answer to a chain of prompts: the first asks anew,
 * each later one adds points and refines the mask that the one before gave. Coordinates are in image space.
 */
export const cutoutRecipeSchema = v.pipe(
  v.object({
    kind: v.picklist(OUTPUT_KINDS),
    /** 0..1, of vectors and masks: few nodes .. exact. */
    outlineDetail: v.pipe(finiteNumber, v.minValue(0), v.maxValue(1)),
    /** Left out for the mask's own edge. */
    edge: v.optional(edgeSettingsSchema),
    /** Whether the first step asks for what the image is about; it has no points and no box then. */
    isSubject: v.boolean(),
    box: v.nullable(
      v.object({ x: finiteNumber, y: finiteNumber, width: finiteNumber, height: finiteNumber }),
    ),
    /** Of the last step; `label` 1 is on the object, 0 is off it. */
    points: v.pipe(
      v.array(v.object({ x: finiteNumber, y: finiteNumber, label: v.picklist([0, 1]) })),
      v.maxLength(MAX_RECIPE_POINTS),
    ),
    steps: v.pipe(
      v.array(
        v.object({
          /** The step has the first so many points. */
          pointCount: count,
          /** Which of the answers was chosen; null for the engine's pick. */
          maskSize: v.nullable(v.picklist(MASK_SIZES)),
        }),
      ),
      v.nonEmpty(),
      v.maxLength(MAX_RECIPE_POINTS + 1),
    ),
    /** What was done to the mask by hand; left out when nothing was. */
    retouch: v.optional(retouchSchema),
  }),
  v.check(
    ({ steps, points }) => steps[steps.length - 1]?.pointCount === points.length,
    'the last step must have all points',
  ),
  v.check(
    ({ steps }) => steps.every(({ pointCount }, i) => i === 0 || pointCount > steps[i - 1]!.pointCount),
    'each step must add points',
  ),
  v.check(({ points, retouch }) => !retouch || fitsRecipe(points.length, retouch), 'too much was painted'),
);
export type CutoutRecipe = v.InferOutput<typeof cutoutRecipeSchema>;
