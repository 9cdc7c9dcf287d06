import { multiply } from '../../shared/affine.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import { copyPicture, resetBlending } from './copy-look.ts';
import { boxPiece, type ObjectLook, type ObjectPieces, type ResultTask } from './result-pieces.ts';
import { vectorPiece } from './vector-pieces.ts';

/** The outline as mask and a copy of the layer above it: both stay editable. */
export function maskGroupPieces(
  paths: readonly ImagePath[],
  { source: { node: source }, imageToParent, place, created }: ResultTask,
  look: ObjectLook,
): ObjectPieces {
  const mask = vectorPiece(paths, imageToParent, look.fill, created);
  mask.node.name = 'Mask';
  const copy = copyPicture(source, created);
  if (!look.isBlended) resetBlending(copy);
  const layerToParent = multiply(place.canvasToParent, source.absoluteTransform);
  const image = boxPiece(copy, { width: source.width, height: source.height }, layerToParent);
  return {
    pieces: [mask, image],
    finish() {
      // A mask hides all later siblings, so only now that its siblings are those of the group.
      const outline = mask.node as VectorNode;
      outline.isMask = true;
      outline.maskType = 'VECTOR';
    },
  };
}
