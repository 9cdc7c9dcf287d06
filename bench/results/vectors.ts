import { removeSpecks } from '../../src/inference/mask/remove-specks.ts';
import { sizeInCells } from '../../src/inference/matte/mask-geometry.ts';
import { refineMatte } from '../../src/inference/matte/refine-matte.ts';
import { followedEdge } from '../../src/inference/trace/followed-edge.ts';
import { traceMask, traceMatte, type TracedMask } from '../../src/inference/trace/trace-mask.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { EDITABLE_DETAIL, EXACT_DETAIL } from '../../src/shared/engine-contract.ts';
import { evenlySpaced, mean, median } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import { MIN_MASK_IOU } from './edges.ts';
import { edgeSamples, type EdgeSample } from './edges/edge-samples.ts';
import { scoreEdge, type EdgeScore } from './edges/score-edge.ts';
import { pathCoverage } from './outlines/path-coverage.ts';
import type { MeasureSection } from './section.ts';
import { readSubjectImages } from './subject-images.ts';

type Row = EdgeScore & Pick<TracedMask, 'nodeCount'>;
type Trace = (mask: EdgeSample, detail: number) => TracedMask;

const OUTLINES: readonly (readonly [title: string, detail: number, trace: Trace])[] = [
  ['of the mask, editable', EDITABLE_DETAIL, ofMask],
  ['of the fitted edge, editable', EDITABLE_DETAIL, ofFittedEdge],
  ['of the mask, exact', EXACT_DETAIL, ofMask],
  ['of the fitted edge, exact', EXACT_DETAIL, ofFittedEdge],
];

/** Vectors of masks after three clicks, against true edges: of the mask as it is, and of the edge that is fitted to the image. */
export const measureVectors: MeasureSection = async ({ evalFolder, imageCount, show }) => {
  const all = readSubjectImages(evalFolder);
  const rows = OUTLINES.map((): Row[] => []);
  for await (const sample of edgeSamples(evalFolder, evenlySpaced(all, imageCount ?? all.length), show)) {
    if (sample.maskIou < MIN_MASK_IOU) continue;
    const { imageSizePx } = sample.geometry;
    const logits = removeSpecks(sample.logits, sizeInCells(sample.geometry.modelSizePx));
    for (const [i, [, detail, trace]] of OUTLINES.entries()) {
      const { paths, nodeCount } = trace({ ...sample, logits }, detail);
      const coverage = pathCoverage(paths.map(({ data }) => data).join(' '), imageSizePx);
      rows[i]!.push({ ...scoreEdge(coverage, sample), nodeCount });
    }
  }
  const shown = (i: number, key: 'iou' | 'boundaryIou2' | 'boundaryIou05') =>
    formatNumber(mean(rows[i]!.map((row) => row[key])), 3);
  return {
    title: `Vectors of ${rows[0]!.length} masks, three clicks each, against the truth`,
    table: formatTable(
      ['outline', 'nodes', 'IoU', 'boundary IoU (2 %)', '(0.5 %)'],
      OUTLINES.map(([title], i) => [
        title,
        formatNumber(median(rows[i]!.map(({ nodeCount }) => nodeCount)), 0),
        shown(i, 'iou'),
        shown(i, 'boundaryIou2'),
        shown(i, 'boundaryIou05'),
      ]),
    ),
    figures: {},
    notes: [
      'Nodes: median. Masks and measures as for edges; pixels that the set leaves open are as predicted.',
    ],
  };
};

function ofMask({ logits, geometry }: EdgeSample, detail: number): TracedMask {
  return traceMask(logits, geometry, null, { detail });
}

/** As the engine does, without a closer look. */
function ofFittedEdge({ logits, geometry, pixels }: EdgeSample, detail: number): TracedMask {
  const { edge, limits, cellPx } = followedEdge(DEFAULT_EDGE, { detail }, geometry);
  const matte = refineMatte(logits, geometry, pixels, null, edge)!;
  return traceMatte(matte, geometry.imageSizePx, null, limits, cellPx);
}
