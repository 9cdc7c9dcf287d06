import * as v from 'valibot';
import { IDENTITY, invert, multiply, scaling, type Affine } from '../../shared/affine.ts';
import { finiteNumber } from '../../shared/contract.ts';
import { cutoutRecipeSchema } from '../../shared/cutout-recipe.ts';
import { pixelSizeSchema, sourceSchema } from '../../shared/host-contract.ts';
import { imageToLayer } from './image-placement.ts';
import { markOf, markPieces, ownPiecesOf, unmarkPiece } from './own-pieces.ts';

/** Of the plugin data; entries of other versions are passed over. */
const KEY = 'cutout';

const row = v.tuple([finiteNumber, finiteNumber, finiteNumber]);

const affine = v.tuple([row, row]) as v.GenericSchema<Affine, Affine>;

const recordSchema = v.object({
  version: v.literal(1),
  source: sourceSchema,
  /** What the recipe's coordinates refer to, and whether those were rendered pixels. */
  imageSizePx: pixelSizeSchema,
  isRendered: v.boolean(),
  /** From image space to the result's box as the unit square: it tells where the image would lie wherever the result goes. */
  imageToUnitBox: affine,
  /** The same to the box of each piece of a group, whose own box grows with what designers put into it. */
  pieces: v.optional(v.array(v.object({ mark: v.string(), imageToUnitBox: affine }))),
  recipe: cutoutRecipeSchema,
});
/** What a result remembers, in its plugin data: at most 80 kB, where Figma keeps 100. */
export type CutoutRecord = v.InferOutput<typeof recordSchema>;

type Box = SceneNode & LayoutMixin;

/**
 * Writes down how a result was made, and marks its pieces. To be called before auto-layout moves it.
 * @param imageToParent from image space to the space that the result's relativeTransform is written in
 */
export function remember(
  result: Box,
  {
    imageToParent,
    ...known
  }: Omit<CutoutRecord, 'version' | 'imageToUnitBox' | 'pieces'> & { imageToParent: Affine },
): void {
  const imageToUnitBoxOf = (box: Box) => multiply(invert(unitBoxToParent(box)), imageToParent);
  const marks = markPieces(result);
  const pieces = ownPiecesOf(result, marks).map((piece, i) => ({
    mark: marks[i] as string,
    imageToUnitBox: imageToUnitBoxOf(piece as Box),
  }));
  const record: CutoutRecord = {
    version: 1,
    ...known,
    imageToUnitBox: imageToUnitBoxOf(result),
    ...(pieces.length > 0 ? { pieces } : {}),
  };
  result.setPluginData(KEY, JSON.stringify(record));
}

/** What of a result the plugin made; without what designers have put into its group. */
export function ownPieces(result: SceneNode, { pieces = [] }: CutoutRecord): SceneNode[] {
  return ownPiecesOf(
    result,
    pieces.map(({ mark }) => mark),
  );
}

/** From image space to that of the result's parent, as the result lies now: moved and scaled as it is. */
export function imageToParentNow(result: Box, record: CutoutRecord): Affine {
  const [piece] = ownPieces(result, record) as Box[];
  const known = record.pieces?.filter(({ mark }) => piece && mark === markOf(piece))[0];
  // In a mask group the first is the mask, which is what is seen to stay where it is.
  const [box, { imageToUnitBox }] = piece && known ? [piece, known] : [result, record];
  const toBox = record.recipe.kind === 'cutout' ? pictureToUnitBox(box) : IDENTITY;
  return multiply(unitBoxToParent(box), toBox, imageToUnitBox);
}

/**
 * From the unit box of a cutout's picture to that of the cutout, which are one unless someone has cropped it in Figma.
 * @throws TinyCutError `image-missing` when that leaves nothing of it
 */
function pictureToUnitBox(cutout: SceneNode): Affine {
  const fills = 'fills' in cutout && Array.isArray(cutout.fills) ? (cutout.fills as readonly Paint[]) : [];
  const [picture] = fills.filter((fill): fill is ImagePaint => fill.type === 'IMAGE');
  const unit = { width: 1, height: 1 };
  return picture?.scaleMode === 'CROP' ? imageToLayer(picture, unit, unit) : IDENTITY;
}

export function unitBoxToParent({ relativeTransform, width, height }: Box): Affine {
  return multiply(relativeTransform, scaling(width, height));
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
  unmarkPiece(node);
  if (node.getPluginData(KEY) !== '') node.setPluginData(KEY, '');
}
