import type { Point, Rect, Size } from '../../shared/affine.ts';
import { LOGITS_SIDE, type Prompt } from '../../shared/engine-contract.ts';
import { TinyCutError } from '../../shared/errors.ts';

/**
 * @returns the prompt with its box cut to the image: the model has not been trained on boxes that leave it
 * @throws TinyCutError `bad-argument` when nothing is marked, or something that is outside of the image
 */
export function checkPrompt(prompt: Prompt, imageSizePx: Size): Prompt {
  const { points, box, previousLogits } = prompt;
  if (points.length === 0 && !box && !previousLogits) {
    throw new TinyCutError('bad-argument', 'Nothing is marked: click the object or draw a box around it.');
  }
  if (previousLogits && previousLogits.length !== LOGITS_SIDE * LOGITS_SIDE) {
    throw new TinyCutError('bad-argument', 'The mask to refine must have 256 x 256 logits.');
  }
  for (const point of points) checkPoint(point, imageSizePx);
  return { points, box: box && cutBox(box, imageSizePx), previousLogits };
}

function checkPoint({ x, y }: Point, { width, height }: Size): void {
  // Written so that NaN fails as well.
  if (x >= 0 && y >= 0 && x <= width && y <= height) return;
  throw new TinyCutError(
    'bad-argument',
    `The point ${x},${y} is outside of the image, which has ${width} x ${height} pixels.`,
  );
}

function cutBox(box: Rect, { width, height }: Size): Rect {
  const x = Math.max(box.x, 0);
  const y = Math.max(box.y, 0);
  const right = Math.min(box.x + box.width, width);
  const bottom = Math.min(box.y + box.height, height);
  if (right > x && bottom > y) return { x, y, width: right - x, height: bottom - y };
  throw new TinyCutError(
    'bad-argument',
    `The box ${box.x},${box.y},${box.width},${box.height} covers nothing of the image, which has ${width} x ${height} pixels.`,
  );
}
