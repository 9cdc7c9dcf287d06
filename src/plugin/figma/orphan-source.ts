import { invert, multiply, scaling } from '../../shared/affine.ts';
import type { ImageSource } from '../../shared/host-contract.ts';
import { imageToParentNow, readRecord, unitBoxToParent } from './cutout-record.ts';
import { findFormerResult, type FormerResult } from './former-result.ts';
import type { FilledLayer } from './image-fills.ts';
import { asTransform } from './result-pieces.ts';

/** Stands in for a layer that was deleted: the image as it would lie under a result that was cut out of it. */
export interface OrphanSource {
  node: FilledLayer;
  paint: ImagePaint;
  isOrphan: true;
}

/**
 * The source that names a result and the image that it was cut out of. Only stored pixels can be had again: what was
 * rendered was the layer's.
 * @returns null where it names anything else
 */
export async function findOrphanSource({ layerId, imageHash }: ImageSource): Promise<OrphanSource | null> {
  const former = await findFormerResult(layerId);
  if (!former) return null;
  const { source, isRendered } = former.record;
  if (isRendered || source.imageHash !== imageHash) return null;
  return {
    node: former.node as unknown as FilledLayer,
    paint: {
      type: 'IMAGE',
      scaleMode: 'CROP',
      imageHash,
      imageTransform: cropOf(former),
    },
    isOrphan: true,
  };
}

/** Whether a result's image can still be had although its layer is gone. */
export function isImageKept(result: BaseNode): boolean {
  const record = readRecord(result);
  return record !== null && !record.isRendered && figma.getImageByHash(record.source.imageHash) !== null;
}

/** As a paint has it: from the layer's unit box to the image's. */
function cropOf({ node, record }: FormerResult): Transform {
  const { width, height } = record.imageSizePx;
  const unitImageToParent = multiply(imageToParentNow(node, record), scaling(width, height));
  return asTransform(multiply(invert(unitImageToParent), unitBoxToParent(node)));
}
