import type { Size } from '../../shared/affine.ts';
import { EMBEDDING_SIDE, EMBEDDING_STRIDE_PX, IMAGE_SIDE_PX, LOGITS_SIDE } from './architecture.ts';

/**
 * What the decoder says about the padding beside or below the image means nothing, so its mask head leaves the padding out. Each
 * cell of the embedding becomes 4 x 4 logits.
 */

const LOGITS_PER_CELL = LOGITS_SIDE / EMBEDDING_SIDE;
/** Logits are interpolated: the last ones on the image need those next to them. */
const MARGIN_PX = IMAGE_SIDE_PX / LOGITS_SIDE;
/** The median of what the network itself says there (28 evaluation images): it is what a click that refines the mask finds there. */
const PADDING_LOGIT = -16;

/**
 * Rows and columns of the embedding that masks of an image are made of; one of both is all 64.
 * @param modelSizePx size of the image on the model square
 */
export function maskSizeCells({ width, height }: Size): Size {
  const cells = (sidePx: number) =>
    Math.min(Math.ceil((sidePx + MARGIN_PX) / EMBEDDING_STRIDE_PX), EMBEDDING_SIDE);
  return { width: cells(width), height: cells(height) };
}

/**
 * A mask on the whole square.
 * @param logits [4 height x 4 width], row-major
 * @param sizeCells height and width, in cells of the embedding
 * @returns [256 x 256] with a buffer of its own, -16 in the padding
 */
export function withPadding(logits: Float32Array, sizeCells: Size): Float32Array {
  const whole = new Float32Array(LOGITS_SIDE ** 2);
  if (logits.length < whole.length) whole.fill(PADDING_LOGIT);
  const width = sizeCells.width * LOGITS_PER_CELL;
  if (width === LOGITS_SIDE) whole.set(logits);
  else {
    for (let row = 0; row * width < logits.length; row++) {
      whole.set(logits.subarray(row * width, (row + 1) * width), row * LOGITS_SIDE);
    }
  }
  return whole;
}
