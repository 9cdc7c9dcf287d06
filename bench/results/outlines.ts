import { traceMask } from '../../src/inference/trace/trace-mask.ts';
import type { Point } from '../../src/shared/affine.ts';
import { mean, median } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import { traceLeakyMask } from './outlines/leaky-mask.ts';
import { outlineMasks } from './outlines/outline-masks.ts';
import { loadPeers, PEERS_COMMAND, type OutlineTracer } from './outlines/outline-peers.ts';
import { parseSubpaths } from './outlines/path-subpaths.ts';
import { scoreOutline, type OutlineScore } from './outlines/score-outline.ts';
import type { MeasureSection } from './section.ts';

const DEFAULT_MASKS = 10;
const EXACT = 'ours, exact';
const EDITABLE = 'ours, editable';
const POTRACE = 'potrace, default';

/** Time is asked of a contour of this length. */
const CONTOUR_PX = 2000;

interface Row extends OutlineScore {
  ms: number;
  /** For so long a contour, were the time even along it. */
  msPerContour: number;
}

/** Masks of the network as closed paths: ours and the peers'. */
export const measureOutlines: MeasureSection = async ({ evalFolder, imageCount, show }) => {
  const { tracers: peers, missing } = await loadPeers();
  const tracers = [ours(EXACT, 1), ours(EDITABLE, 0.5), ...peers];
  const rowsByName = new Map<string, Row[]>(tracers.map(({ name }) => [name, []]));
  let maskCount = 0;
  for await (const mask of outlineMasks(evalFolder, imageCount ?? DEFAULT_MASKS, show)) {
    maskCount++;
    const contourPx = mask.contours.reduce((sum, contour) => sum + lengthOf(contour), 0);
    for (const { name, trace } of tracers) {
      // The first run pays for the compiler.
      if (maskCount === 1) await trace(mask);
      const { subpaths, ms } = await trace(mask);
      const msPerContour = (ms * CONTOUR_PX) / contourPx;
      rowsByName.get(name)!.push({ ...scoreOutline(subpaths, mask), ms, msPerContour });
    }
  }
  const of = (name: string) => summary(rowsByName.get(name) ?? []);
  const [exact, editable, potrace] = [EXACT, EDITABLE, POTRACE].map(of);
  const isAsClose = exact!.iou >= potrace!.iou && exact!.wrongPerBoundaryPx <= potrace!.wrongPerBoundaryPx;
  const leaky = traceLeakyMask();
  return {
    title: `Outlines of ${maskCount} masks`,
    table: formatTable(
      ['tracer', 'nodes', 'IoU', 'wrong px', 'max deviation px', 'ms', `ms per ${CONTOUR_PX} px`],
      tracers.map(({ name }) => {
        const row = of(name);
        return [
          name,
          formatNumber(row.nodes, 1),
          formatNumber(row.iou, 4),
          formatNumber(row.wrongPerBoundaryPx, 3),
          formatNumber(row.maxDeviationPx, 2),
          formatNumber(row.ms, 0),
          formatNumber(row.msPerContour, 0),
        ];
      }),
    ),
    figures: {
      // Fewer nodes that fit worse would be no gain: then there is no figure.
      ...(isAsClose ? { exactNodesToPotrace: exact!.nodes / potrace!.nodes } : {}),
      editableNodes: editable!.nodes,
      editableIou: editable!.iou,
    },
    notes: [
      'The box around the largest marked thing of each of evenly spaced images; the upsampled logits > 0 at image size.',
      'Nodes, deviation of the path from the sub-pixel edge, ms: medians. IoU, wrong pixels per boundary pixel: means.',
      'Ours and fit-curve see the logits, the others the pixels. The ms of fit-curve leave out finding the contour.',
      `A disc with thousands of specks, cleaned and traced: ${leaky.nodeCount} nodes, ${formatNumber(leaky.ms, 0)} ms.`,
      ...(potrace!.nodes > 0 && !isAsClose ? ['Ours, exact, is less close than potrace: not compared.'] : []),
      ...(missing.length > 0 ? [`Not measured: ${missing.join(', ')}. To have them: ${PEERS_COMMAND}`] : []),
    ],
  };
};

function ours(name: string, detail: number): OutlineTracer {
  return {
    name,
    async trace({ logits, geometry }) {
      const startedAt = performance.now();
      const outline = traceMask(logits, geometry, null, { detail });
      const ms = performance.now() - startedAt;
      return { subpaths: outline.paths.flatMap(({ data }) => parseSubpaths(data)), ms };
    },
  };
}

function lengthOf(contour: readonly Point[]): number {
  return contour.reduce((sum, { x, y }, i) => {
    const next = contour[(i + 1) % contour.length]!;
    return sum + Math.hypot(next.x - x, next.y - y);
  }, 0);
}

function summary(rows: readonly Row[]): Row {
  const all = (key: keyof Row) => rows.map((row) => row[key]);
  return {
    nodes: median(all('nodes')),
    iou: mean(all('iou')),
    wrongPerBoundaryPx: mean(all('wrongPerBoundaryPx')),
    maxDeviationPx: median(all('maxDeviationPx')),
    ms: median(all('ms')),
    msPerContour: median(all('msPerContour')),
  };
}
