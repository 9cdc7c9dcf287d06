import { join } from 'node:path';
import type { Size } from '../../src/shared/affine.ts';
import { readGreyValues, readGroundTruth, type EvalImage } from '../quality/eval-set.ts';
import type { GroundTruth } from '../quality/mask-iou.ts';

/** Smaller regions are not counted: people did not agree on them either. */
const MIN_AREA_SHARE = 0.005;

/**
 * What people found in an image: its masks, and the regions of its segmentations, each annotator's.
 * @param sizeCells the grid that they are sampled on, at the centres of its cells
 * @returns truths of [sizeCells.height x sizeCells.width]
 * @throws TinyCutError `bad-argument` when a file does not fit the image
 */
export async function readTrueRegions(
  evalFolder: string,
  image: EvalImage,
  sizeCells: Size,
): Promise<GroundTruth[]> {
  const pixels = cellCentres(image, sizeCells);
  const sample = (values: Uint8Array) => Uint8Array.from(pixels, (pixel) => values[pixel]!);
  const regions: GroundTruth[] = [];
  for (const mask of image.masks) {
    const { inside, ignored } = await readGroundTruth(join(evalFolder, mask.file), mask, image);
    regions.push({ inside: sample(inside), ignored: ignored && sample(ignored) });
  }
  for (const { file } of image.segmentations) {
    const labels = sample(await readGreyValues(join(evalFolder, file), image));
    for (const label of new Set(labels)) {
      if (label === 0) continue;
      regions.push({ inside: labels.map((value) => (value === label ? 1 : 0)), ignored: null });
    }
  }
  return regions.filter(({ inside }) => sum(inside) >= MIN_AREA_SHARE * inside.length);
}

/** The pixel at the centre of each cell, row by row. */
function cellCentres(imageSizePx: Size, sizeCells: Size): Uint32Array {
  const centre = (cell: number, cells: number, sidePx: number) => Math.floor(((cell + 0.5) * sidePx) / cells);
  return Uint32Array.from({ length: sizeCells.width * sizeCells.height }, (_, i) => {
    const x = centre(i % sizeCells.width, sizeCells.width, imageSizePx.width);
    const y = centre(Math.floor(i / sizeCells.width), sizeCells.height, imageSizePx.height);
    return y * imageSizePx.width + x;
  });
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}
