import type { Rect, Size } from '../../shared/affine.ts';
import type { Prompt } from '../../shared/engine-contract.ts';

/** Shares of the sides that a box around the middle of the image takes. */
const BOX_SHARES = [0.95, 0.9, 0.8, 0.7, 0.6] as const;
/** How far in from the border the background is asked for, as a share of the side. */
const INSET_SHARE = 0.05;

/** Points at the left and right border: what they belong to is background more often than not. */
export function borderPrompts({ width, height }: Size): Prompt[] {
  const columns = [INSET_SHARE, 1 - INSET_SHARE];
  const rows = [INSET_SHARE, 0.5, 1 - INSET_SHARE];
  return rows.flatMap((row) =>
    columns.map((column): Prompt => ({
      points: [{ x: column * width, y: row * height, label: 1 }],
      box: null,
      previousLogits: null,
    })),
  );
}

/** Boxes around the middle: the decoder answers with what fills them. */
export function centredBoxPrompts({ width, height }: Size): Prompt[] {
  return BOX_SHARES.map((share) =>
    boxPrompt({
      x: ((1 - share) / 2) * width,
      y: ((1 - share) / 2) * height,
      width: share * width,
      height: share * height,
    }),
  );
}

/** @param imageBox in image pixels */
export function boxPrompt(imageBox: Rect): Prompt {
  return { points: [], box: imageBox, previousLogits: null };
}
