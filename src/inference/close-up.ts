import type { Rect, Size } from '../shared/affine.ts';
import type { CancelSignal } from '../shared/cancellation.ts';
import { MAX_EDGE_SHIFT_PX } from '../shared/edge-settings.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../shared/engine-contract.ts';
import type { RgbaImage } from './image-codec.ts';
import { cellBits, cellIou } from './layers/cell-bits.ts';
import { imageSizeCells } from './mask/image-cells.ts';
import { maskBox } from './mask/mask-box.ts';
import { removeSpecks } from './mask/remove-specks.ts';
import { grown, intersectRects, rectBetween } from './matte/convex-clip.ts';
import { createLogitSampler } from './matte/logit-sampler.ts';
import { cellSideInImagePx, sizeInCells, type MaskGeometry } from './matte/mask-geometry.ts';
import { cropPixels, wholeView, type MaskView } from './matte/mask-view.ts';
import { maskBounds } from './matte/mask-bounds.ts';
import type { Network } from './network.ts';
import { modelSizeOf, toModelInput } from './preprocess.ts';
import { toPromptTokens } from './prompt/prompt-tokens.ts';

/** Of the image's longer side: what is larger has cells enough in the whole image. */
const MAX_OBJECT_FRACTION = 0.3;
/** On each side, of the object's longer side: what it lies in tells the network what it is. */
const MARGIN_FRACTION = 0.5;
/** The part begins at multiples of it, so that a preview at a half to a sixteenth begins at a whole pixel. */
export const PART_GRID_PX = 16;
/** Of the whole image's cells: where they are smaller, the part has hardly more to show than the image had. */
const MIN_CELL_PX = 3;
/** IoU on the cells of the part. Below it the network means something else there, or something more or less. */
const MIN_AGREEMENT = 0.95;

/** A mask without dust, of an image that is kept. */
export interface SeenMask {
  imageId: string;
  /** [256 x 256] over the padded model square of the image */
  logits: Float32Array;
  geometry: MaskGeometry;
}

/**
 * A second look at small objects: the part of the image around the object is encoded again, enlarged, and the decoder is
 * asked by the object's box. What it gains: docs/decisions/edges.md.
 */
export class CloseUps {
  /** An encode takes seconds, and a mask is asked for again with each other wish for its edge. */
  private newest: { mask: SeenMask; view: MaskView } | null = null;

  constructor(private readonly network: Pick<Network, 'embed' | 'prepare' | 'decode'>) {}

  /**
   * @param pixels decodes the image
   * @returns the view of a part for a small object; of the whole image for any other, and where the two do not agree
   * @throws TinyCutError `out-of-memory`, `cancelled`
   */
  async viewOf(
    mask: SeenMask,
    pixels: () => Promise<RgbaImage>,
    signal: CancelSignal | undefined,
  ): Promise<MaskView> {
    if (this.newest && isSameMask(this.newest.mask, mask)) return this.newest.view;
    const imageRect = closeUpRect(mask);
    if (!imageRect) return wholeView(mask.logits, mask.geometry);
    const view =
      (await this.lookAt(mask, imageRect, await pixels(), signal)) ?? wholeView(mask.logits, mask.geometry);
    // A copy: the caller may use the array again.
    this.newest = { mask: { ...mask, logits: mask.logits.slice() }, view };
    return view;
  }

  clear(): void {
    this.newest = null;
  }

  private async lookAt(
    mask: SeenMask,
    imageRect: Rect,
    pixels: RgbaImage,
    signal: CancelSignal | undefined,
  ): Promise<MaskView | null> {
    const part = cropPixels(pixels, imageRect);
    const geometry = {
      imageSizePx: { width: part.width, height: part.height },
      modelSizePx: modelSizeOf(part),
    };
    const before = resampledLogits(mask, imageRect, geometry.modelSizePx);
    const box = maskBox(before, geometry);
    if (!box) return null;
    const embedding = await this.network.embed(toModelInput(part), signal);
    const prepared = await this.network.prepare(embedding, signal);
    const tokens = toPromptTokens({ points: [], box, previousLogits: null }, geometry);
    const answer = await this.network.decode(prepared, tokens, null, signal);
    // Token 0 is the answer to prompts that mean one thing.
    const logits = removeSpecks(answer.logits[0]!, sizeInCells(geometry.modelSizePx));
    const cells = imageSizeCells(geometry.modelSizePx);
    const isSame = cellIou(cellBits(before, cells), cellBits(logits, cells)) >= MIN_AGREEMENT;
    return isSame ? { logits, geometry, imageRect } : null;
  }
}

function isSameMask(a: SeenMask, b: SeenMask): boolean {
  return a.imageId === b.imageId && a.logits.every((logit, cell) => logit === b.logits[cell]);
}

/** @returns whole pixels around the object; null when it is large or empty, or the image small */
function closeUpRect({ logits, geometry }: SeenMask): Rect | null {
  const { imageSizePx } = geometry;
  const bounds = maskBounds(logits, geometry);
  if (!bounds || cellSideInImagePx(geometry) < MIN_CELL_PX) return null;
  const objectSidePx = Math.max(bounds.width, bounds.height);
  if (objectSidePx > MAX_OBJECT_FRACTION * Math.max(imageSizePx.width, imageSizePx.height)) return null;
  const marginPx = Math.max(MARGIN_FRACTION * objectSidePx, 2 * MAX_EDGE_SHIFT_PX);
  const { x, y, width, height } = intersectRects(grown(bounds, marginPx), { x: 0, y: 0, ...imageSizePx })!;
  const onGrid = (px: number) => Math.floor(px / PART_GRID_PX) * PART_GRID_PX;
  return rectBetween(onGrid(x), onGrid(y), Math.ceil(x + width), Math.ceil(y + height));
}

/** The mask on the cells of a part of the image that is enlarged: [256 x 256], far outside in the padding. */
function resampledLogits({ logits, geometry }: SeenMask, imageRect: Rect, modelSizePx: Size): Float32Array {
  const cells = imageSizeCells(modelSizePx);
  const centres = (count: number, fromPx: number, sidePx: number, modelSidePx: number) =>
    Float64Array.from(
      { length: count },
      (_, i) => fromPx + ((i + 0.5) * CELL_MODEL_PX * sidePx) / modelSidePx,
    );
  const sampleRow = createLogitSampler(
    logits,
    geometry,
    centres(cells.width, imageRect.x, imageRect.width, modelSizePx.width),
    centres(cells.height, imageRect.y, imageRect.height, modelSizePx.height),
  );
  const out = new Float32Array(LOGITS_SIDE * LOGITS_SIDE).fill(-16);
  for (let y = 0; y < cells.height; y++) {
    sampleRow(y, out.subarray(y * LOGITS_SIDE, y * LOGITS_SIDE + cells.width));
  }
  return out;
}
