import {
  invert,
  multiply,
  rotation,
  scaling,
  translation,
  type Affine,
  type Size,
} from '../../shared/affine.ts';

/** What of an ImagePaint decides where its image lies. */
export type ImagePlacement = Pick<ImagePaint, 'scaleMode' | 'imageTransform' | 'scalingFactor' | 'rotation'>;

/**
 * The map from image space (pixels) to the layer's own space (its box starts at 0, 0), for each scale mode.
 * FILL, FIT and TILE turn the image by `rotation` (multiples of 90 degrees); CROP has its own matrix, which maps the
 * layer's unit box to the image's unit box. Of a TILE pattern it is the first tile, at the layer's corner.
 * @throws RangeError when the paint flattens the image
 */
export function imageToLayer(paint: ImagePlacement, imageSizePx: Size, layerSize: Size): Affine {
  const { width: layerWidth, height: layerHeight } = layerSize;
  if (paint.scaleMode === 'CROP') {
    return multiply(
      scaling(layerWidth, layerHeight),
      invert(
        paint.imageTransform ?? [
          [1, 0, 0],
          [0, 1, 0],
        ],
      ),
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
