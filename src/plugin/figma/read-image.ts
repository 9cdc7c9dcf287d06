import { applyAffine, invert, rectCorners } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImageSource, SourceImage } from '../../shared/host-contract.ts';
import { findSource } from './find-source.ts';
import { imageToLayer } from './image-placement.ts';

/**
 * The stored file of an image fill, and what of it the layer shows.
 * @throws TinyCutError `layer-missing`, `layer-changed`, or `image-missing` when Figma does not hand out the file
 */
export async function readImage(source: ImageSource): Promise<SourceImage> {
  await findSource(source);
  const { bytes, imageSizePx } = await readStoredImage(source.imageHash);
  // Reading takes a while on slow lines: the layer may have gone meanwhile.
  const { node, paint } = await findSource(source);
  const layerToImage = invert(imageToLayer(paint, imageSizePx, node));
  const box = rectCorners({ x: 0, y: 0, width: node.width, height: node.height });
  const [topLeft, topRight, bottomRight, bottomLeft] = box;
  const toImage = (point: { x: number; y: number }) => applyAffine(layerToImage, point);
  return {
    source,
    bytes,
    imageSizePx,
    visibleImageQuad: [toImage(topLeft), toImage(topRight), toImage(bottomRight), toImage(bottomLeft)],
  };
}

async function readStoredImage(imageHash: string): Promise<Pick<SourceImage, 'bytes' | 'imageSizePx'>> {
  const image = figma.getImageByHash(imageHash);
  if (!image) throw imageMissing('The file holds no data for it');
  try {
    const { width, height } = await image.getSizeAsync();
    return { bytes: await image.getBytesAsync(), imageSizePx: { width, height } };
  } catch (thrown) {
    throw imageMissing(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function imageMissing(reason: string): TinyCutError {
  return new TinyCutError(
    'image-missing',
    `Figma did not hand out this image (${reason}). Wait until it has loaded on the canvas, then try again.`,
  );
}
