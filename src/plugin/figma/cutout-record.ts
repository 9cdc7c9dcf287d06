import * as v from 'valibot';
import { invert, multiply, scaling, type Affine } from '../../shared/affine.ts';
import { finiteNumber } from '../../shared/contract.ts';
import { cutoutRecipeSchema } from '../../shared/cutout-recipe.ts';
import { pixelSizeSchema, sourceSchema } from '../../shared/host-contract.ts';

/** Of the plugin data; entries of other versions are passed over. */
const KEY = 'cutout';

const row = v.tuple([finiteNumber, finiteNumber, finiteNumber]);

const recordSchema = v.object({
  version: v.literal(1),
  source: sourceSchema,
  /** What the recipe's coordinates refer to, and whether those were rendered pixels. */
  imageSizePx: pixelSizeSchema,
  isRendered: v.boolean(),
  /** From image space to the result's box as the unit square: it tells where the image would lie wherever the result goes. */
  imageToUnitBox: v.tuple([row, row]) as v.GenericSchema<Affine, Affine>,
  recipe: cutoutRecipeSchema,
});
/** What a result remembers, in its plugin data: at most 80 kB, where Figma keeps 100. */
export type CutoutRecord = v.InferOutput<typeof recordSchema>;

/**
 * Writes down how a result was made.
 * @param imageToParent from image space to the space that the result's relativeTransform is written in
 */
export function remember(
  result: SceneNode & LayoutMixin,
  { imageToParent, ...known }: Omit<CutoutRecord, 'version' | 'imageToUnitBox'> & { imageToParent: Affine },
): void {
  const unitBoxToParent = multiply(result.relativeTransform, scaling(result.width, result.height));
  const imageToUnitBox = multiply(invert(unitBoxToParent), imageToParent);
  const record: CutoutRecord = { version: 1, ...known, imageToUnitBox };
  result.setPluginData(KEY, JSON.stringify(record));
}

/** @returns null for a layer that TinyCut did not make, or of which it cannot read what it wrote */
export function readRecord(node: BaseNode): CutoutRecord | null {
  const text = node.getPluginData(KEY);
  if (text === '') return null;
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** For a copy that is a part of another result. */
export function forgetRecord(node: SceneNode): void {
  if (node.getPluginData(KEY) !== '') node.setPluginData(KEY, '');
}
