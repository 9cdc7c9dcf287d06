import type { RgbaImage } from '../../src/inference/image-codec.ts';
import { groupLayers } from '../../src/inference/layers/group-layers.ts';
import { LayerMattes } from '../../src/inference/layers/layer-mattes.ts';
import type { NestedRegion, RegionMask } from '../../src/inference/layers/nest-regions.ts';
import { uniteMattes } from '../../src/inference/layers/unite-mattes.ts';
import { sizeInCells, type MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import type { Matte } from '../../src/inference/matte/matte.ts';
import type { Size } from '../../src/shared/affine.ts';
import { logitsOf, type Shape } from './synthetic-logits.ts';

export function regionOf(shape: Shape, predictedIou = 0.9): RegionMask {
  return { logits: logitsOf(shape), predictedIou, stabilityScore: 1 };
}

/** In which no edge shows, so that those of the masks stay. */
export function greyPicture({ width, height }: Size): RgbaImage {
  return { width, height, data: new Uint8Array(width * height * 4).fill(128) };
}

/** The mattes of some groups, from front to back. */
export function mattesOf(
  nested: readonly NestedRegion[],
  groups: readonly (readonly number[])[],
  geometry: MaskGeometry,
  pixels = greyPicture(geometry.imageSizePx),
): { groupIndex: number | null; matte: Matte }[] {
  const sizeCells = sizeInCells(geometry.modelSizePx);
  const mattes = new LayerMattes(pixels, geometry, null);
  const layers = groupLayers(nested, groups, sizeCells, (fields, labels) => mattes.next(fields, labels));
  return [...layers].flatMap(({ groupIndex, parts }) => {
    const matte = uniteMattes(parts.filter((part) => part !== null));
    return matte ? [{ groupIndex, matte }] : [];
  });
}

/** Opacity 0..1 of layers over one another, at each pixel: 1 where the picture is whole. */
export function opacityOf(mattes: readonly Matte[], { width, height }: Size): Float64Array {
  const clear = new Float64Array(width * height).fill(1);
  for (const { alpha, imageRect } of mattes) {
    alpha.forEach((a, i) => {
      const [column, row] = [i % imageRect.width, Math.floor(i / imageRect.width)];
      clear[(imageRect.y + row) * width + imageRect.x + column]! *= 1 - a / 255;
    });
  }
  return clear.map((share) => 1 - share);
}
