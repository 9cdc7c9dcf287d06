import type { Point } from '../../shared/affine.ts';
import { LOGITS_SIDE, type Prompt } from '../../shared/engine-contract.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';

/** Labels of SAM's prompt encoder; 0 and 1 are clicks off and on the object. */
const LABEL_PADDING = -1;
const LABEL_BOX_TOP_LEFT = 2;
const LABEL_BOX_BOTTOM_RIGHT = 3;

/** One prompt as the decoder takes it. */
export interface DecoderInputs {
  /** [1, tokenCount, 2], x and y in model pixels. */
  pointCoords: Float32Array;
  /** [1, tokenCount] */
  pointLabels: Float32Array;
  /** [1, 1, 256, 256]; zeros when there is no mask to refine. */
  maskInput: Float32Array;
  /** [1], 0 or 1. */
  hasMaskInput: Float32Array;
  /** Prompt tokens, the padding one included. */
  tokenCount: number;
}

/**
 * Follows SAM's prompt encoder (`_embed_points`, `_embed_boxes`): clicks without a box get one padding point, a box
 * counts as two labelled points. Half a pixel is added by the decoder itself.
 */
export function toDecoderInputs(prompt: Prompt, geometry: MaskGeometry): DecoderInputs {
  const tokens: [Point, number][] = prompt.points.map((point) => [point, point.label]);
  if (prompt.box) {
    const { x, y, width, height } = prompt.box;
    tokens.push([{ x, y }, LABEL_BOX_TOP_LEFT], [{ x: x + width, y: y + height }, LABEL_BOX_BOTTOM_RIGHT]);
  } else {
    tokens.push([{ x: 0, y: 0 }, LABEL_PADDING]);
  }
  const pointCoords = tokens.flatMap(([imagePoint]) => {
    const { x, y } = toModelPoint(imagePoint, geometry);
    return [x, y];
  });
  return {
    pointCoords: Float32Array.from(pointCoords),
    pointLabels: Float32Array.from(tokens, ([, label]) => label),
    maskInput: prompt.previousLogits ?? new Float32Array(LOGITS_SIDE * LOGITS_SIDE),
    hasMaskInput: Float32Array.of(prompt.previousLogits ? 1 : 0),
    tokenCount: tokens.length,
  };
}

/** SAM scales each axis by the rounded model size (ResizeLongestSide.apply_coords), not by one common factor. */
export function toModelPoint(imagePoint: Point, { modelSizePx, imageSizePx }: MaskGeometry): Point {
  return {
    x: (imagePoint.x * modelSizePx.width) / imageSizePx.width,
    y: (imagePoint.y * modelSizePx.height) / imageSizePx.height,
  };
}
