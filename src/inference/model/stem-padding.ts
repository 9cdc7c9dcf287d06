import type { Size } from '../../shared/affine.ts';
import { EMBEDDING_SIDE, EMBEDDING_STRIDE_PX, IMAGE_SIDE_PX } from './architecture.ts';
import type { FloatTensor } from './stored-tensor.ts';

/**
 * The model square is mostly wider or higher than the image, and the rest of it is 0. The encoder's stem looks only some
 * hundred pixels around each token: further away from the image than that, its tokens are those of an empty square, which the
 * weight pack holds. So the stem sees the image and a margin, and no more.
 */

/** Tokens from a side of the empty square to where they are all alike. */
const EDGE_TOKENS = 8;
/** Those of one side, one for the middle, those of the other side. */
const TABLE_SIDE = 2 * EDGE_TOKENS + 1;

/** Shown to the stem beyond the image. With it, the embedding's largest change is 0.004 of values around 0.2. */
const MARGIN_PX = 64;
/** Tokens next to a cut are wrong, since the stem takes the cut for the end of the square. */
const CUT_TOKENS = 2;

/** What the stem is shown of an image that covers `modelSizePx` of the square: multiples of 16. */
export function stemSizeOf({ width, height }: Size): Size {
  const side = (px: number) =>
    Math.min(Math.ceil((px + MARGIN_PX) / EMBEDDING_STRIDE_PX) * EMBEDDING_STRIDE_PX, IMAGE_SIDE_PX);
  return { width: side(width), height: side(height) };
}

/**
 * The empty square's tokens without the repetition.
 * @param tokens [4096, channels]
 * @returns [17, 17, channels]
 */
export function paddingTable({ shape, values }: FloatTensor): FloatTensor {
  const channels = shape.at(-1)!;
  const table = new Float32Array(TABLE_SIDE ** 2 * channels);
  for (let entry = 0; entry < TABLE_SIDE ** 2; entry++) {
    const row = squarePosition(Math.floor(entry / TABLE_SIDE));
    const token = row * EMBEDDING_SIDE + squarePosition(entry % TABLE_SIDE);
    table.set(values.subarray(token * channels, (token + 1) * channels), entry * channels);
  }
  return { shape: [TABLE_SIDE, TABLE_SIDE, channels], values: table };
}

/**
 * The stem's tokens of the whole model square.
 * @param padding [17, 17, channels], as `paddingTable` makes it
 * @param tokens [height / 16 * width / 16, channels], what the stem made of the part of `sizePx`
 * @returns [4096, channels]
 */
export function completeStemTokens(padding: FloatTensor, tokens: Float32Array, sizePx: Size): Float32Array {
  const channels = padding.shape.at(-1)!;
  const columns = sizePx.width / EMBEDDING_STRIDE_PX;
  const usable = (px: number) => px / EMBEDDING_STRIDE_PX - (px < IMAGE_SIDE_PX ? CUT_TOKENS : 0);
  const [usableRows, usableColumns] = [usable(sizePx.height), usable(sizePx.width)];
  const complete = new Float32Array(EMBEDDING_SIDE ** 2 * channels);
  for (let row = 0; row < EMBEDDING_SIDE; row++) {
    const isSeen = row < usableRows;
    if (isSeen) {
      const start = row * columns * channels;
      const seen = tokens.subarray(start, start + usableColumns * channels);
      complete.set(seen, row * EMBEDDING_SIDE * channels);
    }
    for (let column = isSeen ? usableColumns : 0; column < EMBEDDING_SIDE; column++) {
      const entry = tablePosition(row) * TABLE_SIDE + tablePosition(column);
      const token = padding.values.subarray(entry * channels, (entry + 1) * channels);
      complete.set(token, (row * EMBEDDING_SIDE + column) * channels);
    }
  }
  return complete;
}

/** Row or column of the square -> of the table. */
function tablePosition(position: number): number {
  const fromEnd = EMBEDDING_SIDE - position;
  return fromEnd <= EDGE_TOKENS ? TABLE_SIDE - fromEnd : Math.min(position, EDGE_TOKENS);
}

/** Row or column of the table -> a row or column of the square that it stands for. */
function squarePosition(position: number): number {
  return position <= EDGE_TOKENS ? position : EMBEDDING_SIDE - TABLE_SIDE + position;
}
