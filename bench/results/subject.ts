import { readFileSync } from 'node:fs';
import { Segmenter } from '../../src/inference/index.ts';
import { squaredDistances } from '../../src/inference/mask/distance-transform.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { Size } from '../../src/shared/affine.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { maskIou, type GroundTruth } from '../quality/mask-iou.ts';
import { packPath } from '../quality/open-network.ts';
import { formatNumber, formatTable } from '../table.ts';
import { boundaryIou } from './boundary-iou.ts';
import { Imgly, IMGLY_INSTALL, type ImglyModel } from './imgly.ts';
import type { MeasureSection } from './section.ts';
import { readSubjectImages } from './subject-images.ts';
import { wholeAlpha } from '../../src/inference/matte/matte.ts';

/** One-click subject: what comes of an image without a prompt, beside IMG.LY's background removal. */

const HEADLINE = ['photo-subject', 'people', 'fine-alpha'];
const BAND = 0.02;
const FAILURE_IOU = 0.5;

interface Result {
  id: string;
  category: string;
  iou: number;
  boundaryIou: number;
  cpuS: number;
  /** Share of the image with alpha 1..15, farther than the band from the subject. */
  ghostShare: number;
  /** Of the pixels of the subject that are nearly opaque and farther than the band from its edge, those that are opaque. */
  solidShare: number;
}

const ROWS = ['ours', 'ours, bilinear', 'IMG.LY small', 'IMG.LY medium'] as const;
type Row = (typeof ROWS)[number];

export const measureSubject: MeasureSection = async ({ evalFolder, imageCount, show }) => {
  const headline = spaced(
    readSubjectImages(evalFolder).filter(({ category }) => HEADLINE.includes(category)),
    imageCount,
  );
  const segmenter = await Segmenter.load(
    { pack: readFileSync(packPath('int8')) },
    { codec: sharpImageCodec, maxImages: 1 },
  );
  const peers = new Map<Row, Imgly>();
  for (const model of ['small', 'medium'] satisfies ImglyModel[]) {
    const peer = await Imgly.open(model);
    if (peer) peers.set(`IMG.LY ${model}`, peer);
  }
  const results = new Map<Row, Result[]>(ROWS.map((row) => [row, []]));
  for (const [i, subject] of headline.entries()) {
    show(`subject: ${i + 1} of ${headline.length}, ${subject.id}`);
    const { file, pixels, geometry, truth } = await subject.open();
    const add = (row: Row, alpha: Uint8Array, cpuS: number) =>
      results.get(row)!.push({
        id: subject.id,
        category: subject.category,
        ...judge(alpha, truth, geometry.imageSizePx),
        cpuS,
      });
    // In turn, and each side first as often as the other.
    const sides = [
      async () => {
        const ours = await cut(segmenter, file, geometry);
        add('ours', ours.alpha, ours.cpuS);
        add('ours, bilinear', ours.bilinearAlpha, Number.NaN);
      },
      async () => {
        for (const [row, peer] of peers) {
          const peerCut = await timed(() => peer.alpha(pixels));
          add(row, peerCut.value, peerCut.cpuS);
        }
      },
    ];
    for (const side of i % 2 === 0 ? sides : sides.reverse()) await side();
  }
  await segmenter.dispose();
  for (const peer of peers.values()) await peer.close();

  const ours = results.get('ours')!;
  const small = results.get('IMG.LY small')!;
  return {
    title: `One-click subject: ${headline.length} images, no prompt`,
    table: formatTable(
      ['', 'IoU', 'boundary IoU (2 %)', '< 0.5', 'CPU s', 'to IMG.LY small', 'ghosts', 'solid at 255'],
      ROWS.map((row) => tableRow(row, results.get(row)!, small)),
    ),
    figures: {
      subjectIou: mean(ours, 'iou'),
      subjectBoundaryIou: mean(ours, 'boundaryIou'),
      subjectFailures: ours.filter(({ iou }) => iou < FAILURE_IOU).length,
    },
    notes: [
      'CPU: image file to alpha, user and system, models loaded; ours decodes the file, IMG.LY is given its pixels.',
      'ghosts: share of the image at alpha 1..15, farther than 2 % of the diagonal from the subject and the border.',
      'solid: of the subject farther than that from its edge, where alpha >= 240, the share that is 255.',
      ...HEADLINE.map((category) => {
        const own = ours.filter((result) => result.category === category);
        return `${category}: ${own.length} images, IoU ${formatNumber(mean(own, 'iou'), 3)}`;
      }),
      `Ours below 0.5: ${namesBelow(ours)}`,
      peers.size > 0
        ? `IMG.LY small below 0.5: ${namesBelow(small)}`
        : `IMG.LY (AGPL) is not measured. To measure it: ${IMGLY_INSTALL}`,
    ],
  };
};

async function cut(segmenter: Segmenter, file: Uint8Array, geometry: MaskGeometry) {
  let logits: Float32Array | null = null;
  const { value: alpha, cpuS } = await timed(async () => {
    const { imageId } = await segmenter.embed(file);
    const [subject] = await segmenter.findSubject(imageId);
    logits = subject?.logits ?? null;
    return subject
      ? wholeAlpha(
          await segmenter.makeMatte(imageId, subject.logits, { edge: DEFAULT_EDGE }),
          geometry.imageSizePx,
        )
      : null;
  });
  const pixelCount = geometry.imageSizePx.width * geometry.imageSizePx.height;
  const nothing = new Uint8Array(pixelCount);
  const bilinearAlpha = logits
    ? Uint8Array.from(upsampleLogits(logits, geometry), (logit) => (logit > 0 ? 255 : 0))
    : nothing;
  return { alpha: alpha ?? nothing, bilinearAlpha, cpuS };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; cpuS: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, cpuS: (user + system) / 1e6 };
}

function judge(
  alpha: Uint8Array,
  truth: GroundTruth,
  sizePx: Size,
): Omit<Result, 'id' | 'category' | 'cpuS'> {
  const predicted = Uint8Array.from(alpha, (value) => (value >= 128 ? 1 : 0));
  const bandPx = BAND * Math.hypot(sizePx.width, sizePx.height);
  const depths = squaredDistances(truth.inside, sizePx);
  const offsets = squaredDistances(
    truth.inside.map((inside, pixel) => (inside || truth.ignored?.[pixel] ? 0 : 1)),
    sizePx,
  );
  let [ghosts, nearlySolid, solid] = [0, 0, 0];
  alpha.forEach((value, pixel) => {
    if (value > 0 && value < 16 && offsets[pixel]! > bandPx ** 2) ghosts++;
    if (value < 240 || depths[pixel]! <= bandPx ** 2) return;
    nearlySolid++;
    if (value === 255) solid++;
  });
  return {
    iou: maskIou(truth, predicted),
    boundaryIou: boundaryIou(truth, predicted, sizePx, BAND),
    ghostShare: ghosts / alpha.length,
    solidShare: nearlySolid === 0 ? 1 : solid / nearlySolid,
  };
}

function tableRow(row: Row, results: readonly Result[], small: readonly Result[]): string[] {
  if (results.length === 0) return [row, ...Array.from({ length: 7 }, () => '-')];
  const cpuS = mean(results, 'cpuS');
  return [
    row,
    formatNumber(mean(results, 'iou'), 3),
    formatNumber(mean(results, 'boundaryIou'), 3),
    String(results.filter(({ iou }) => iou < FAILURE_IOU).length),
    formatNumber(cpuS, 2),
    formatNumber(small.length > 0 ? cpuS / mean(small, 'cpuS') : null, 2),
    `${formatNumber(100 * mean(results, 'ghostShare'), 3)} %`,
    `${formatNumber(100 * mean(results, 'solidShare'), 1)} %`,
  ];
}

function namesBelow(results: readonly Result[]): string {
  const below = results.filter(({ iou }) => iou < FAILURE_IOU);
  return below.map(({ id, iou }) => `${id} ${formatNumber(iou, 2)}`).join(', ') || 'none';
}

function mean(
  results: readonly Result[],
  key: 'iou' | 'boundaryIou' | 'cpuS' | 'ghostShare' | 'solidShare',
): number {
  return results.reduce((sum, result) => sum + result[key], 0) / results.length;
}

function spaced<T>(items: readonly T[], count: number | null): T[] {
  if (count === null || count >= items.length) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
