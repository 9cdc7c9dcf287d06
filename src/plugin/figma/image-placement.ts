import {
  determinant,
  invert,
  multiply,
  rotation,
  scaling,
  translation,
  IDENTITY,
  type Affine,
  type Size,
} from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';

/** What of an ImagePaint decides where its image lies. */
export type ImagePlacement = Pick<ImagePaint, 'scaleMode' | 'imageTransform' | 'scalingFactor' | 'rotation'>;

/**
 * The map from image space (pixels) to the layer's own space (its box starts at 0, 0), for each scale mode.
 * FILL, FIT and TILE turn the image by `rotation` (multiples of 90 degrees); CROP has its own matrix, which maps the
 * layer's unit box to the image's unit box. Of a TILE pattern it is the first tile, at the layer's corner.
 * @throws TinyCutError `image-missing` when a crop is flat, so that nothing of the image shows
 */
export function imageToLayer(paint: ImagePlacement, imageSizePx: Size, layerSize: Size): Affine {
  const { width: layerWidth, height: layerHeight } = layerSize;
  if (paint.scaleMode === 'CROP') {
    return multiply(
      scaling(layerWidth, layerHeight),
      invert(requireArea(paint.imageTransform ?? IDENTITY)),
      scaling(1 / imageSizePx.width, 1 / imageSizePx.height),
    );
  }
  const degrees = paint.rotation ?? 0;
  const isOnItsSide = Math.abs(degrees % 180) === 90;
  const turnedWidth = isOnItsSide ? imageSizePx.height : imageSizePx.width;
  const turnedHeight = isOnItsSide ? imageSizePx.width : imageSizePx.height;
  const centred = translation(-imageSizePx.width / 2, -imageSizePx.height / 2);
  if (paint.scaleMode === 'TILE') {
    const scale = paint.scalingFactor ?? 1;
    const toTileCentre = translation((turnedWidth * scale) / 2, (turnedHeight * scale) / 2);
    return multiply(toTileCentre, scaling(scale, scale), rotation(degrees), centred);
  }
  const choose = paint.scaleMode === 'FIT' ? Math.min : Math.max;
  const scale = choose(layerWidth / turnedWidth, layerHeight / turnedHeight);
  const toLayerCentre = translation(layerWidth / 2, layerHeight / 2);
  return multiply(toLayerCentre, scaling(scale, scale), rotation(degrees), centred);
}

function requireArea(crop: Affine): Affine {
  if (Math.abs(determinant(crop)) >= 1e-9) return crop;
  throw new TinyCutError(
    'image-missing',
    'The crop of this layer leaves nothing of its image to see. Reset the crop and try again.',
  );
}
