import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Segmenter } from '../../src/inference/index.ts';
import { removeSpecks } from '../../src/inference/mask/remove-specks.ts';
import { sizeInCells } from '../../src/inference/matte/mask-geometry.ts';
import { wholeAlpha, type Matte } from '../../src/inference/matte/matte.ts';
import { refineMatte } from '../../src/inference/matte/refine-matte.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { Rect, Size } from '../../src/shared/affine.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { openImage, readGroundTruth, readMaskedImages } from '../quality/eval-set.ts';
import { maskIou, type GroundTruth } from '../quality/mask-iou.ts';
import { packPath } from '../quality/open-network.ts';
import { evenlySpaced, mean } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import { boundaryIou } from './boundary-iou.ts';
import type { MeasureSection } from './section.ts';

/** The longer side of an object over that of its image, and the smallest image: what the engine looks at twice, roughly. */
const MAX_OBJECT_FRACTION = 0.35;
const MIN_IMAGE_SIDE_PX = 768;

interface Score {
  iou: number;
  boundaryIou2: number;
  boundaryIou05: number;
}

/** The fitted edge of small objects, each asked for by its box: from the whole image alone, and with a closer look. */
export const measureCloseUps: MeasureSection = async ({ evalFolder, imageCount, show }) => {
  const large = readMaskedImages(evalFolder)!.filter(
    ({ width, height }) => Math.max(width, height) >= MIN_IMAGE_SIDE_PX,
  );
  const segmenter = await Segmenter.load(
    { pack: readFileSync(packPath('int8')) },
    { codec: sharpImageCodec, maxImages: 1 },
  );
  const rows: { id: string; whole: Score; closer: Score }[] = [];
  let objectCount = 0;
  for (const image of evenlySpaced(large, imageCount ?? large.length)) {
    const { file, pixels, geometry } = await openImage(evalFolder, image);
    const { imageSizePx } = geometry;
    for (const mask of image.masks) {
      const truth = await readGroundTruth(join(evalFolder, mask.file), mask, imageSizePx);
      const box = boxOf(truth, imageSizePx);
      const isSmall = Math.max(box.width, box.height) <= MAX_OBJECT_FRACTION * longerSide(imageSizePx);
      if (!isSmall) continue;
      objectCount++;
      show(`close-ups: ${mask.file}`);
      const { imageId } = await segmenter.embed(file);
      const { candidates } = await segmenter.segment(imageId, { points: [], box, previousLogits: null });
      const { logits } = candidates[0]!;
      const clean = removeSpecks(logits, sizeInCells(geometry.modelSizePx));
      const score = (matte: Matte | null) => scoreOf(matte, truth, imageSizePx);
      const whole = score(refineMatte(clean, geometry, pixels, null, DEFAULT_EDGE));
      const closer = score(await segmenter.makeMatte(imageId, logits, { edge: DEFAULT_EDGE }));
      // Equal where the network was not asked again, or meant something else.
      if (closer.iou !== whole.iou) rows.push({ id: mask.file, whole, closer });
    }
  }
  await segmenter.dispose();
  const tableRow = (title: string, key: 'whole' | 'closer') => [
    title,
    ...(['iou', 'boundaryIou2', 'boundaryIou05'] as const).map((measure) =>
      formatNumber(mean(rows.map((row) => row[key][measure])), 3),
    ),
  ];
  const gains = rows.map(({ id, whole, closer }) => ({ id, gain: closer.boundaryIou2 - whole.boundaryIou2 }));
  const losses = gains.filter(({ gain }) => gain < 0).sort((a, b) => a.gain - b.gain);
  return {
    title: `Small objects: ${rows.length} of ${objectCount} are looked at twice`,
    table: formatTable(
      ['edge fitted', 'IoU', 'boundary IoU (2 %)', '(0.5 %)'],
      [tableRow('in the whole image', 'whole'), tableRow('with a closer look', 'closer')],
    ),
    figures: {},
    notes: [
      `Worse by a closer look: ${losses.length}. ${losses.map(({ id, gain }) => `${id} ${formatNumber(gain, 3)}`).join(', ')}`,
    ],
  };
};

function scoreOf(matte: Matte | null, truth: GroundTruth, sizePx: Size): Score {
  const predicted = wholeAlpha(matte, sizePx).map((alpha) => (alpha >= 128 ? 1 : 0));
  return {
    iou: maskIou(truth, predicted),
    boundaryIou2: boundaryIou(truth, predicted, sizePx, 0.02),
    boundaryIou05: boundaryIou(truth, predicted, sizePx, 0.005),
  };
}

const longerSide = ({ width, height }: Size) => Math.max(width, height);

function boxOf({ inside }: GroundTruth, { width, height }: Size): Rect {
  let [left, top, right, bottom] = [width, height, 0, 0];
  inside.forEach((isInside, pixel) => {
    if (!isInside) return;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
  });
  return { x: left, y: top, width: right - left, height: bottom - top };
}
