import { multiply, scaling, translation, type Affine } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import { boundsOfPaths, formatPath, mapPath, parsePath } from './path-mapping.ts';
import { asTransform, type Piece } from './result-pieces.ts';
import { splitScale } from './result-place.ts';

/** Figma's own default for new shapes: plainly a placeholder, to be recoloured. */
export const PLACEHOLDER_FILL: SolidPaint = { type: 'SOLID', color: { r: 0.85, g: 0.85, b: 0.85 } };

/**
 * A node's transform carries no scale, so the scale goes into the path and the rest into the transform. The path is
 * moved to its own origin first: where Figma puts a path that starts elsewhere is not documented.
 */
export function vectorPiece(
  paths: readonly ImagePath[],
  imageToParent: Affine,
  fill: SolidPaint,
  created: SceneNode[],
): Piece {
  const { transform, scaleX, scaleY } = splitScale(imageToParent);
  const scaled = paths.map((path) => mapPath(parsePath(path), scaling(scaleX, scaleY)));
  const bounds = boundsOfPaths(scaled);
  if (!(bounds.width > 0 && bounds.height > 0)) {
    throw new TinyCutError('mask-empty', 'The mask is empty: click the object first.');
  }
  const toOrigin = translation(-bounds.x, -bounds.y);
  const vector = figma.createVector();
  created.push(vector);
  vector.vectorPaths = scaled.map((path) => formatPath(mapPath(path, toOrigin)));
  vector.fills = [fill];
  vector.strokes = [];
  return {
    node: vector,
    settle() {
      vector.relativeTransform = asTransform(multiply(transform, translation(bounds.x, bounds.y)));
    },
  };
}
