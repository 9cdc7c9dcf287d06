import { multiply, translation } from '../../shared/affine.ts';
import type { CutoutTile } from '../../shared/host-contract.ts';
import { copyBlending } from './copy-look.ts';
import { boxPiece, insertPieces, type ResultPieces, type ResultTask } from './result-pieces.ts';

/**
 * One rectangle per tile, filled with the tile's PNG stretched to its box. Paint filters, opacity and blend modes of the
 * source are carried over, so that the cutout looks as the image does.
 */
export function makeCutout(
  tiles: readonly CutoutTile[],
  { source: { node: source, paint }, imageToParent, place, created }: ResultTask,
): ResultPieces {
  const pieces = tiles.map(({ png, imageRect }, i) => {
    const rectangle = figma.createRectangle();
    created.push(rectangle);
    rectangle.name = tiles.length > 1 ? `Tile ${i + 1}` : source.name;
    rectangle.fills = [tilePaint(figma.createImage(png).hash, paint)];
    return boxPiece(rectangle, imageRect, multiply(imageToParent, translation(imageRect.x, imageRect.y)));
  });
  const result = insertPieces(pieces, `${source.name} cutout`, place);
  copyBlending(source, result.root);
  return result;
}

/** CROP with the identity stretches the image to the box whatever its proportions. */
function tilePaint(imageHash: string, { filters, opacity, blendMode }: ImagePaint): ImagePaint {
  return {
    type: 'IMAGE',
    scaleMode: 'CROP',
    imageTransform: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    imageHash,
    ...(filters ? { filters } : {}),
    ...(opacity !== undefined ? { opacity } : {}),
    ...(blendMode ? { blendMode } : {}),
  };
}
