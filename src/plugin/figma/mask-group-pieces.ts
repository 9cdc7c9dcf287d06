import { multiply } from '../../shared/affine.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import { copyPicture } from './copy-look.ts';
import { boxPiece, insertPieces, type ResultPieces, type ResultTask } from './result-pieces.ts';
import { vectorPiece } from './vector-pieces.ts';

/** A group of the outline as mask and a copy of the layer above it: both stay editable. */
export function makeMaskGroup(
  paths: readonly ImagePath[],
  { source: { node: source }, imageToParent, place, created }: ResultTask,
): ResultPieces {
  const mask = vectorPiece(paths, imageToParent, created);
  mask.node.name = 'Mask';
  const copy = copyPicture(source, created);
  const layerToParent = multiply(place.canvasToParent, source.absoluteTransform);
  const image = boxPiece(copy, { width: source.width, height: source.height }, layerToParent);
  const result = insertPieces([mask, image], `${source.name} mask group`, place);
  // A mask hides all later siblings, so only now that its siblings are those of the group.
  const outline = mask.node as VectorNode;
  outline.isMask = true;
  outline.maskType = 'VECTOR';
  return result;
}
