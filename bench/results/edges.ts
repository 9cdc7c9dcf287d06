import { evenlySpaced, mean } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import { projectPath } from '../project-folder.ts';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import { colourErrors, type ColourErrors } from './edges/colour-errors.ts';
import { sheetStrip, writeContactSheet, type SheetStrip } from './edges/contact-sheet.ts';
import { clearedCutout, plainCutout, shownRect } from './edges/edge-cutouts.ts';
import { EDGE_METHODS, type EdgeMethodName } from './edges/edge-methods.ts';
import { edgeSamples, type EdgeSample } from './edges/edge-samples.ts';
import { measureLargeImage } from './edges/large-image.ts';
import { scoreEdge, type EdgeScore } from './edges/score-edge.ts';
import type { MeasureSection } from './section.ts';
import { readSubjectImages } from './subject-images.ts';

/** No edge can be right where the mask is not. */
export const MIN_MASK_IOU = 0.8;
const SHEET = { file: 'out/edges.png', count: 24 };
const NAMES: Record<EdgeMethodName, string> = {
  bilinear: 'bilinear, threshold',
  guided: 'guided filter, r = 12',
  ours: 'ours',
};
const METHODS = Object.keys(EDGE_METHODS) as EdgeMethodName[];
const COLUMNS = [
  ['IoU', 'iou'],
  ['boundary IoU (2 %)', 'boundaryIou2'],
  ['(0.5 %)', 'boundaryIou05'],
  ['soft band', 'softBandError'],
  ['(2 %), ignored outside', 'boundaryIou2Outside'],
  ['(0.5 %)', 'boundaryIou05Outside'],
] as const;

type Row = { id: string } & Record<EdgeMethodName, EdgeScore>;

/** 256 x 256 logits after three clicks to alpha, against true edges. */
export const measureEdges: MeasureSection = async ({ evalFolder, imageCount, show }) => {
  const all = readSubjectImages(evalFolder);
  const images = evenlySpaced(all, imageCount ?? all.length);
  const rows: Row[] = [];
  const strips: SheetStrip[] = [];
  const colours: ColourErrors[] = [];
  let pictures: RgbaImage[] = [];
  let large: string | null = null;
  for await (const sample of edgeSamples(evalFolder, images, show)) {
    const [background, foreground] = pictures;
    pictures = [...pictures.slice(-1), sample.pixels];
    if (sample.alpha && background && foreground) {
      colours.push(await colourErrors(sample.alpha, sample.geometry.imageSizePx, foreground, background));
    }
    if (sample.maskIou < MIN_MASK_IOU) continue;
    const alphas = METHODS.map((name) => [name, EDGE_METHODS[name](sample)] as const);
    const scores = alphas.map(([name, alpha]) => [name, scoreEdge(alpha, sample)]);
    const row = { id: sample.id, ...(Object.fromEntries(scores) as Record<EdgeMethodName, EdgeScore>) };
    rows.push(row);
    strips.push(await strip(row, sample, Object.fromEntries(alphas) as Record<EdgeMethodName, Uint8Array>));
    if (sample.alpha && large === null) {
      const { ms, processPeakMb } = await measureLargeImage(sample);
      const seconds = formatNumber(ms / 1000, 1);
      large = `${sample.id} at 4096 x 4096, one thread: ${seconds} s, the bench has held ${formatNumber(processPeakMb, 0)} MB at most, its network included.`;
    }
  }
  await writeContactSheet(evenlySpaced(strips, SHEET.count), projectPath(SHEET.file));
  const ours = rows.map((row) => row.ours);
  return {
    title: `Edges of ${rows.length} masks, three clicks each`,
    table: formatTable(
      ['', ...COLUMNS.map(([title]) => title)],
      METHODS.map((name) => tableRow(NAMES[name], rows, name)),
    ),
    figures: {
      edgeBoundaryIou2: meanOf(ours, 'boundaryIou2'),
      edgeBoundaryIou05: meanOf(ours, 'boundaryIou05'),
      softBandError: meanOf(ours, 'softBandError'),
    },
    notes: [
      `Of ${images.length} images those whose mask has IoU >= ${MIN_MASK_IOU} as it is: no edge can be right where the mask is not.`,
      'soft band: mean error of alpha where the true one is 5 % to 95 %, on the images that have one.',
      'Where the set leaves open what a pixel is, the truth is what is predicted; in the last two columns it is outside.',
      ...(large === null ? [] : [large]),
      ...(colours.length === 0 ? [] : [colourNote(colours)]),
      `Worst: ${worst(rows)}.`,
      `${SHEET.file} shows ${Math.min(SHEET.count, strips.length)} of them.`,
    ],
  };
};

function tableRow(title: string, rows: readonly Row[], name: EdgeMethodName): string[] {
  const scores = rows.map((row) => row[name]);
  return [title, ...COLUMNS.map(([, key]) => formatNumber(meanOf(scores, key), 3))];
}

function meanOf(scores: readonly EdgeScore[], key: keyof EdgeScore): number {
  return mean(scores.flatMap((score) => score[key] ?? []));
}

async function strip(
  { id, ours, guided }: Row,
  sample: EdgeSample,
  alphas: Record<EdgeMethodName, Uint8Array>,
): Promise<SheetStrip> {
  const score = ({ boundaryIou2 }: EdgeScore) => formatNumber(boundaryIou2, 2);
  const cutouts = [clearedCutout(sample, alphas.ours), plainCutout(sample, alphas.guided)] as const;
  return sheetStrip(
    `${id}, boundary IoU (2 %): three of ours ${score(ours)}, three of the guided filter ${score(guided)}`,
    cutouts,
    shownRect(sample.pixels, alphas.ours),
  );
}

function colourNote(colours: readonly ColourErrors[]): string {
  const show = (key: keyof ColourErrors, digits: number) =>
    formatNumber(mean(colours.map((errors) => errors[key])), digits);
  return `Colours of the soft band, of ${colours.length} true mattes with one picture of the set over another: ${show('untreated', 1)} grey levels off untreated, ${show('treated', 1)} treated, in ${show('ms', 0)} ms.`;
}

function worst(rows: readonly Row[]): string {
  const sorted = [...rows].sort((a, b) => a.ours.boundaryIou2 - b.ours.boundaryIou2);
  const show = (value: number) => formatNumber(value, 2);
  return sorted
    .slice(0, 5)
    .map(({ id, ours, guided }) => `${id} ${show(ours.boundaryIou2)} (guided ${show(guided.boundaryIou2)})`)
    .join(', ');
}
