import { IDENTITY } from '../../shared/affine.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import { copyPicture, resetBlending } from './copy-look.ts';
import type { LiveSource } from './find-source.ts';
import {
  asTransform,
  boxPiece,
  type ObjectLook,
  type ObjectPieces,
  type ResultTask,
} from './result-pieces.ts';
import { vectorPiece } from './vector-pieces.ts';

/** The outline as mask and a copy of the layer above it: both stay editable. */
export function maskGroupPieces(
  paths: readonly ImagePath[],
  task: ResultTask,
  look: ObjectLook,
): ObjectPieces {
  const { source, imageToParent, layerToParent, imageSizePx, created } = task;
  const mask = vectorPiece(paths, imageToParent, look.fill, created);
  mask.node.name = 'Mask';
  const { node } = source;
  const copy = source.isOrphan ? wholeImage(source, created) : copyPicture(node, created);
  if (!look.isBlended) resetBlending(copy);
  const image = source.isOrphan
    ? boxPiece(copy, imageSizePx, imageToParent)
    : boxPiece(copy, { width: node.width, height: node.height }, layerToParent);
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

/** Where no layer shows the image any more. */
function wholeImage({ node, paint: { imageHash } }: LiveSource, created: SceneNode[]): RectangleNode {
  const image = figma.createRectangle();
  created.push(image);
  image.name = node.name;
  image.fills = [{ type: 'IMAGE', scaleMode: 'CROP', imageTransform: asTransform(IDENTITY), imageHash }];
  return image;
}
