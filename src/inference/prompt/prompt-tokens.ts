import type { Point, Size } from '../../shared/affine.ts';
import type { Prompt } from '../../shared/engine-contract.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';

/** Labels of SAM's prompt encoder; 0 and 1 are clicks off and on the object. */
const LABEL_PADDING = -1;
const LABEL_BOX_TOP_LEFT = 2;
const LABEL_BOX_BOTTOM_RIGHT = 3;
/** Ours: a token that nothing looks at. */
const LABEL_IGNORED = -2;

/** Token counts that the decoder is called with, so that its plan for each size is made once. */
const TOKEN_COUNTS = [2, 4, 8, 16, 32, 64];

/** One prompt's points and box as the decoder takes them. */
export interface PromptTokens {
  /** [labels.length, 2], x and y in model pixels. */
  coords: Float32Array;
  labels: Float32Array;
  /** Tokens that mean something, SAM's padding point included: which mask is shown first depends on it. */
  tokenCount: number;
  /** Of the image, on the model square: masks are made of that much. */
  modelSizePx: Size;
}

/**
 * Follows SAM's prompt encoder (`_embed_points`, `_embed_boxes`): clicks without a box get one padding point, a box
 * counts as two labelled points. Half a pixel is added by the decoder itself.
 */
export function toPromptTokens(prompt: Prompt, geometry: MaskGeometry): PromptTokens {
  const tokens: [Point, number][] = prompt.points.map((point) => [point, point.label]);
  if (prompt.box) {
    const { x, y, width, height } = prompt.box;
    tokens.push([{ x, y }, LABEL_BOX_TOP_LEFT], [{ x: x + width, y: y + height }, LABEL_BOX_BOTTOM_RIGHT]);
  } else {
    tokens.push([{ x: 0, y: 0 }, LABEL_PADDING]);
  }
  const paddedCount = TOKEN_COUNTS.find((count) => count >= tokens.length) ?? tokens.length;
  const coords = new Float32Array(2 * paddedCount);
  const labels = new Float32Array(paddedCount).fill(LABEL_IGNORED);
  tokens.forEach(([imagePoint, label], i) => {
    const { x, y } = toModelPoint(imagePoint, geometry);
    coords.set([x, y], 2 * i);
    labels[i] = label;
  });
  return { coords, labels, tokenCount: tokens.length, modelSizePx: geometry.modelSizePx };
}

/** SAM scales each axis by the rounded model size (ResizeLongestSide.apply_coords), not by one common factor. */
export function toModelPoint(imagePoint: Point, { modelSizePx, imageSizePx }: MaskGeometry): Point {
  return {
    x: (imagePoint.x * modelSizePx.width) / imageSizePx.width,
    y: (imagePoint.y * modelSizePx.height) / imageSizePx.height,
  };
}
