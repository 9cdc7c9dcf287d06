import type { Point } from '../shared/affine.ts';
import {
  CELL_MODEL_PX,
  LOGITS_SIDE,
  type MadeLayer,
  type OutlineSettings,
} from '../shared/engine-contract.ts';
import { TinyCutError } from '../shared/errors.ts';
import type { Colour, ObjectOutput, OutputKind } from '../shared/host-contract.ts';
import { cutoutTiles } from './cutout-tiles.ts';
import type { RgbaImage } from './image-codec.ts';
import { groupLayers, type LayerGroup } from './layers/group-layers.ts';
import type { LayerFields } from './layers/layer-fields.ts';
import { LayerMattes } from './layers/layer-mattes.ts';
import { layerOutlineLogits, uniteFields } from './layers/layer-outline.ts';
import type { NestedRegion } from './layers/nest-regions.ts';
import { forEachCell } from './layers/stack-regions.ts';
import { uniteMattes } from './layers/unite-mattes.ts';
import { cellSideInImagePx, sizeInCells, type MaskGeometry } from './matte/mask-geometry.ts';
import type { Matte } from './matte/matte.ts';
import type { Stage } from './stages.ts';
import { logitUnitPx, outlineLimits } from './trace/outline-detail.ts';
import { traceMask } from './trace/trace-mask.ts';

export interface LayerTask {
  kind: OutputKind;
  clipImagePolygon: readonly Point[] | null;
  maxTileSidePx: number;
  outline: OutlineSettings;
  stage: Stage;
}

/** How layers of one kind are made: a part for each layer of the stack, and an output of the parts of a group. */
interface LayerMaker<Part> {
  part: (fields: LayerFields, labels: Uint8Array) => Part;
  output: (parts: readonly Part[]) => Promise<ObjectOutput | null>;
}

/**
 * Makes layers one after the other, from front to back.
 * @param nested as `nestRegions` gives them
 * @param groups ids of regions, per layer
 * @returns from back to front, the background first
 * @throws TinyCutError `bad-argument` when an id is unknown or named twice, `cancelled`
 */
export function makeLayers(
  nested: readonly NestedRegion[],
  groups: readonly (readonly number[])[],
  pixels: RgbaImage,
  geometry: MaskGeometry,
  task: LayerTask,
): Promise<MadeLayer[]> {
  checkGroups(nested, groups);
  const { kind, stage } = task;
  const makeAll = async <Part>({ part, output }: LayerMaker<Part>): Promise<MadeLayer[]> => {
    const made: MadeLayer[] = [];
    let doneCount = 0;
    for (const group of groupLayers(nested, groups, sizeInCells(geometry.modelSizePx), part)) {
      await stage(kind === 'cutout' ? 'write' : 'trace', doneCount++ / (groups.length + 1));
      const result = await output(group.parts);
      if (!result) continue;
      made.push({
        groupIndex: group.groupIndex,
        colour: meanColour(group, pixels, geometry),
        output: result,
      });
    }
    await stage('write', 1);
    return made.reverse();
  };
  return kind === 'cutout'
    ? makeAll(cutoutMaker(pixels, geometry, task))
    : makeAll(outlineMaker(kind, geometry, task));
}

function checkGroups(nested: readonly NestedRegion[], groups: readonly (readonly number[])[]): void {
  const known = new Set(nested.map(({ id }) => id));
  const ids = groups.flat();
  if (new Set(ids).size === ids.length && ids.every((id) => known.has(id))) return;
  throw new TinyCutError('bad-argument', 'A layer is named twice, or is none of this image.');
}

function cutoutMaker(
  pixels: RgbaImage,
  geometry: MaskGeometry,
  { clipImagePolygon, maxTileSidePx }: LayerTask,
): LayerMaker<Matte | null> {
  const mattes = new LayerMattes(pixels, geometry, clipImagePolygon);
  return {
    part: (fields, labels) => mattes.next(fields, labels),
    output: async (parts) => {
      const matte = uniteMattes(parts.filter((part) => part !== null));
      if (!matte) return null;
      const tiles = await cutoutTiles(pixels, matte, maxTileSidePx, 'image');
      return tiles.length > 0 ? { kind: 'cutout', tiles } : null;
    },
  };
}

function outlineMaker(
  kind: Exclude<OutputKind, 'cutout'>,
  geometry: MaskGeometry,
  { clipImagePolygon, outline }: LayerTask,
): LayerMaker<Float32Array> {
  const sizeCells = sizeInCells(geometry.modelSizePx);
  const limits = outlineLimits(outline, logitUnitPx(geometry));
  // Two outlines may each be off by the tolerance, and are drawn with an edge of a pixel.
  const underlapCells = Math.ceil((2 * limits.tolerancePx + 1) / cellSideInImagePx(geometry));
  return {
    part: (fields) => layerOutlineLogits(fields, underlapCells, sizeCells),
    output: (parts) => {
      const { paths } = traceMask(uniteFields(parts), geometry, clipImagePolygon, limits);
      return Promise.resolve(paths.length > 0 ? { kind, paths } : null);
    },
  };
}

/** Of the pixels in the middle of the layer's cells, which are enough for a mean. */
function meanColour(
  { ownLabels, labels }: LayerGroup<unknown>,
  pixels: RgbaImage,
  geometry: MaskGeometry,
): Colour {
  const { imageSizePx, modelSizePx } = geometry;
  const own = new Set(ownLabels);
  const sums = [0, 0, 0];
  let weight = 0;
  const toPixel = (cell: number, imageSidePx: number, modelSidePx: number): number =>
    Math.min(Math.floor(((cell + 0.5) * CELL_MODEL_PX * imageSidePx) / modelSidePx), imageSidePx - 1);
  forEachCell(sizeInCells(modelSizePx), (cell) => {
    if (!own.has(labels[cell]!)) return;
    const x = toPixel(cell % LOGITS_SIDE, imageSizePx.width, modelSizePx.width);
    const y = toPixel(Math.floor(cell / LOGITS_SIDE), imageSizePx.height, modelSizePx.height);
    const at = (y * imageSizePx.width + x) * 4;
    const alpha = pixels.data[at + 3]!;
    for (let c = 0; c < 3; c++) sums[c]! += alpha * pixels.data[at + c]!;
    weight += alpha;
  });
  const [r, g, b] = sums.map((sum) => (weight > 0 ? sum / weight / 255 : 0)) as [number, number, number];
  return { r, g, b };
}
