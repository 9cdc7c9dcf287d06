import type { Rect } from '../../shared/affine.ts';
import type { LinearModel } from './guided-filter.ts';
import type { RgbaPixels } from './working-scale.ts';

/** Writes alpha times weight, not clamped, and the weight and the explained share of the pixels of a row from `imageX` on. */
export type EvaluateRow = (
  imageX: number,
  imageY: number,
  weightedAlpha: Float32Array,
  weights: Float32Array,
  explained: Float32Array,
) => void;

/**
 * A model per working pixel, taken to the pixels of the image: its coefficients change linearly from centre to centre (He &
 * Sun, "Fast Guided Filter", 2015).
 * @param workingRect where the model is
 * @param scale image pixels to a working pixel
 */
export function createModelEvaluator(
  model: LinearModel,
  workingRect: Rect,
  scale: number,
  { data, width: imageWidth }: RgbaPixels,
): EvaluateRow {
  const { x: left, y: top, width, height } = workingRect;
  const planes = [model.r, model.g, model.b, model.offset, model.weight, model.explained];
  const coefficients = planes.map(() => new Float32Array(width)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return (imageX, imageY, alpha, weights, explained) => {
    const y = between((imageY + 0.5) / scale - 0.5 - top, height);
    const below = y.first * width + (y.first + 1 < height ? width : 0);
    planes.forEach((plane, n) => {
      const row = coefficients[n]!;
      for (let x = 0, i = y.first * width; x < width; x++, i++) {
        row[x] = plane[i]! * (1 - y.share) + plane[below + x]! * y.share;
      }
    });
    const [r, g, b, offset, weight, explainedShare] = coefficients;
    let at = (imageY * imageWidth + imageX) * 4;
    for (let i = 0; i < alpha.length; i++, at += 4) {
      const position = Math.min(Math.max((imageX + i + 0.5) / scale - 0.5 - left, 0), width - 1);
      const x0 = Math.floor(position);
      const x1 = Math.min(x0 + 1, width - 1);
      const share = position - x0;
      const rest = 1 - share;
      alpha[i] =
        ((rest * r[x0]! + share * r[x1]!) * data[at]! +
          (rest * g[x0]! + share * g[x1]!) * data[at + 1]! +
          (rest * b[x0]! + share * b[x1]!) * data[at + 2]!) /
          255 +
        rest * offset[x0]! +
        share * offset[x1]!;
      weights[i] = rest * weight[x0]! + share * weight[x1]!;
      explained[i] = rest * explainedShare[x0]! + share * explainedShare[x1]!;
    }
  };
}

function between(position: number, length: number): { first: number; share: number } {
  const clamped = Math.min(Math.max(position, 0), length - 1);
  const first = Math.floor(clamped);
  return { first, share: clamped - first };
}
