import { multiply, translation } from '../../shared/affine.ts';
import type { CutoutTile } from '../../shared/host-contract.ts';
import { boxPiece, type ObjectLook, type ObjectPieces, type ResultTask } from './result-pieces.ts';

/**
 * One rectangle per tile, filled with the tile's PNG stretched to its box. The source's paint filters are carried over, and
 * the paint's opacity and blend mode with them unless a group around does that.
 */
export function cutoutPieces(
  tiles: readonly CutoutTile[],
  { source: { node: source, paint }, imageToParent, created }: ResultTask,
  { isBlended }: ObjectLook,
): ObjectPieces {
  const pieces = tiles.map(({ png, imageRect }, i) => {
    const rectangle = figma.createRectangle();
    created.push(rectangle);
    rectangle.name = tiles.length > 1 ? `Tile ${i + 1}` : source.name;
    rectangle.fills = [tilePaint(figma.createImage(png).hash, paint, isBlended)];
    return boxPiece(rectangle, imageRect, multiply(imageToParent, translation(imageRect.x, imageRect.y)));
  });
  return { pieces, finish: () => {} };
}

/** CROP with the identity stretches the image to the box whatever its proportions. */
function tilePaint(
  imageHash: string,
  { filters, opacity, blendMode }: ImagePaint,
  isBlended: boolean,
): ImagePaint {
  return {
    type: 'IMAGE',
    scaleMode: 'CROP',
    imageTransform: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    imageHash,
    ...(filters ? { filters } : {}),
    ...(isBlended && opacity !== undefined ? { opacity } : {}),
    ...(isBlended && blendMode ? { blendMode } : {}),
  };
}
