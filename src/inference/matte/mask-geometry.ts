import type { Point, Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';

/** How an image lies on the model square: scaled to `modelSizePx` in its top-left corner, the rest is padding. */
export interface MaskGeometry {
  /** Whole numbers, at most 1024. */
  modelSizePx: Size;
  imageSizePx: Size;
}

/** The part of the logit grid that has any influence on the image, in cells. */
export function sizeInCells(modelSizePx: Size): Size {
  const cells = (sidePx: number): number =>
    Math.min(LOGITS_SIDE, Math.floor((sidePx - 0.5) / CELL_MODEL_PX - 0.5) + 2);
  return { width: cells(modelSizePx.width), height: cells(modelSizePx.height) };
}

/** Width and height of one logit cell in image pixels, averaged. */
export function cellSideInImagePx({ modelSizePx, imageSizePx }: MaskGeometry): number {
  const imagePxPerModelPx =
    (imageSizePx.width + imageSizePx.height) / (modelSizePx.width + modelSizePx.height);
  return CELL_MODEL_PX * imagePxPerModelPx;
}

/** @param x in cells of the 256 grid, as `y` */
export function cellToImagePoint(x: number, y: number, { modelSizePx, imageSizePx }: MaskGeometry): Point {
  const along = (cells: number, modelSide: number, imageSide: number) =>
    Math.min((cells * CELL_MODEL_PX * imageSide) / modelSide, imageSide);
  return {
    x: along(x, modelSizePx.width, imageSizePx.width),
    y: along(y, modelSizePx.height, imageSizePx.height),
  };
}
