import { groupLayers } from '../../src/inference/layers/group-layers.ts';
import { LayerMattes } from '../../src/inference/layers/layer-mattes.ts';
import { nestRegions } from '../../src/inference/layers/nest-regions.ts';
import { alphaMatte } from '../../src/inference/matte/alpha-matte.ts';
import { sizeInCells } from '../../src/inference/matte/mask-geometry.ts';
import { wholeAlpha, type Matte } from '../../src/inference/matte/matte.ts';
import { evenlySpaced, mean } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import { MIN_MASK_IOU } from './edges.ts';
import { edgeSamples, type EdgeSample } from './edges/edge-samples.ts';
import { scoreEdge, type EdgeScore } from './edges/score-edge.ts';
import type { MeasureSection } from './section.ts';
import { readSubjectImages } from './subject-images.ts';

const EDGES: readonly (readonly [title: string, cut: (sample: EdgeSample) => Matte | null])[] = [
  ['of the mask', ({ logits, geometry }) => alphaMatte(logits, geometry, null)],
  ['of the layer', layerOf],
];

/** Layers of one object over the background, against true edges, beside the edge that its mask has. */
export const measureLayers: MeasureSection = async ({ evalFolder, imageCount, show }) => {
  const all = readSubjectImages(evalFolder);
  const rows = EDGES.map((): EdgeScore[] => []);
  for await (const sample of edgeSamples(evalFolder, evenlySpaced(all, imageCount ?? all.length), show)) {
    if (sample.maskIou < MIN_MASK_IOU) continue;
    for (const [i, [, cut]] of EDGES.entries()) {
      rows[i]!.push(scoreEdge(wholeAlpha(cut(sample), sample.geometry.imageSizePx), sample));
    }
  }
  const shown = (i: number, key: 'iou' | 'boundaryIou2' | 'boundaryIou05') =>
    formatNumber(mean(rows[i]!.map((row) => row[key])), 3);
  return {
    title: `Layers of ${rows[0]!.length} masks, three clicks each, against the truth`,
    table: formatTable(
      ['edge', 'IoU', 'boundary IoU (2 %)', '(0.5 %)'],
      EDGES.map(([title], i) => [
        title,
        shown(i, 'iou'),
        shown(i, 'boundaryIou2'),
        shown(i, 'boundaryIou05'),
      ]),
    ),
    figures: {},
    notes: ['Masks and measures as for edges.'],
  };
};

function layerOf({ logits, geometry, pixels }: EdgeSample): Matte | null {
  const sizeCells = sizeInCells(geometry.modelSizePx);
  const nested = nestRegions([{ logits, predictedIou: 1, stabilityScore: 1 }], sizeCells);
  const mattes = new LayerMattes(pixels, geometry, null);
  const groups = nested.map(({ id }) => [id]);
  const [front] = groupLayers(nested, groups, sizeCells, (fields, labels) => mattes.next(fields, labels));
  return front?.parts[0] ?? null;
}
