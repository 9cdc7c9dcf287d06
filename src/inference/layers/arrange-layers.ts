import type { Rect } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE, type Arrangement } from '../../shared/engine-contract.ts';
import { imageSizeCells } from '../mask/image-cells.ts';
import { intersectRects, rectBetween } from '../matte/convex-clip.ts';
import { sizeInCells, type MaskGeometry } from '../matte/mask-geometry.ts';
import { chooseByDetail } from './choose-by-detail.ts';
import type { NestedRegion } from './nest-regions.ts';
import { forEachCell, stackRegions } from './stack-regions.ts';

/**
 * The layers of an image at a level of detail, from back to front, thus largest first.
 * @param nested as `nestRegions` gives them
 * @param detail 0..1: fewer and larger .. more and smaller
 */
export function arrangeLayers(
  nested: readonly NestedRegion[],
  detail: number,
  geometry: MaskGeometry,
): Arrangement {
  const sizeCells = sizeInCells(geometry.modelSizePx);
  const { regions, labels, ownedCells } = stackRegions(chooseByDetail(nested, detail), sizeCells);
  const rects = labelRects(labels, regions.length, geometry);
  const shown = new Set(regions.map(({ id }) => id));
  const parentOf = new Map(nested.map(({ id, parentId }) => [id, parentId]));
  const imageCells = sizeCells.width * sizeCells.height;
  return {
    labels,
    layers: regions.map(({ id }, i) => {
      let parentId = parentOf.get(id) ?? null;
      while (parentId !== null && !shown.has(parentId)) parentId = parentOf.get(parentId) ?? null;
      return { id, parentId, imageRect: rects[i]!, areaFraction: ownedCells[i + 1]! / imageCells };
    }),
  };
}

/** In image space, per label from 1 on: the box of its cells. */
function labelRects(labels: Uint8Array, maxLabel: number, geometry: MaskGeometry): Rect[] {
  const { modelSizePx, imageSizePx } = geometry;
  // One more cell than these has a say at the border, but lies beyond it.
  const last = imageSizeCells(modelSizePx);
  const boxes = Array.from({ length: maxLabel }, () => ({
    left: Infinity,
    top: Infinity,
    right: -Infinity,
    bottom: -Infinity,
  }));
  forEachCell(sizeInCells(modelSizePx), (cell) => {
    const box = boxes[labels[cell]! - 1];
    if (!box) return;
    const x = Math.min(cell % LOGITS_SIDE, last.width - 1);
    const y = Math.min(Math.floor(cell / LOGITS_SIDE), last.height - 1);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  });
  const toImageX = (CELL_MODEL_PX * imageSizePx.width) / modelSizePx.width;
  const toImageY = (CELL_MODEL_PX * imageSizePx.height) / modelSizePx.height;
  return boxes.map(({ left, top, right, bottom }) =>
    intersectRects(
      { x: 0, y: 0, ...imageSizePx },
      rectBetween(left * toImageX, top * toImageY, right * toImageX, bottom * toImageY),
    )!,
  );
}
