import { formatNumber, formatTable } from '../table.ts';

/** The figures that are tracked, flat as `--json` writes them, and how each is judged. */
export const RESULT_BARS = {
  subjectIou: { title: 'subject, no prompt: IoU', atLeast: 0.9, decimals: 3 },
  subjectBoundaryIou: { title: 'subject, no prompt: boundary IoU (2 %)', atLeast: 0.8, decimals: 3 },
  subjectFailures: { title: 'subject, no prompt: images below IoU 0.5', atMost: 2, decimals: 0 },
  edgeBoundaryIou2: { title: 'edges: boundary IoU (2 %)', atLeast: 0.86, decimals: 3 },
  edgeBoundaryIou05: { title: 'edges: boundary IoU (0.5 %)', atLeast: 0.7, decimals: 3 },
  softBandError: { title: 'edges: error in the soft band', atMost: 0.2, decimals: 3 },
  exactNodesToPotrace: { title: 'exact outline: nodes to those of potrace', atMost: 0.8, decimals: 3 },
  editableNodes: { title: 'editable outline: nodes, median', atMost: 45, decimals: 0 },
  editableIou: { title: 'editable outline: IoU', atLeast: 0.975, decimals: 3 },
  clickMiou: { title: 'one click: mIoU', atLeast: 0.72, decimals: 3 },
} as const satisfies Record<string, ResultBar>;

interface ResultBar {
  title: string;
  atLeast?: number;
  atMost?: number;
  decimals: number;
}

export type ResultFigure = keyof typeof RESULT_BARS;

export function resultTable(figures: Partial<Record<ResultFigure, number>>): string {
  const rows = Object.entries<ResultBar>(RESULT_BARS).map(([name, { title, atLeast, atMost, decimals }]) => {
    const value = figures[name as ResultFigure];
    const bar = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
    const isReached = value !== undefined && value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
    const verdict = value === undefined ? 'not measured' : isReached ? 'ok' : 'MISSED';
    return [title, formatNumber(value, decimals), bar, verdict];
  });
  return formatTable(['figure', 'value', 'bar', ''], rows);
}
