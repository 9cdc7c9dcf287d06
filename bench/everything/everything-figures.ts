import type { RegionMethod } from '../../src/inference/everything/find-regions.ts';
import { mean } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import { METHODS, type ScoresByMethod, type SearchScore } from './measure-everything.ts';

/** Means over images, but recall over all true regions, in percent. */
export interface MethodSummary {
  prompts: number;
  cpuSeconds: number;
  masks: number;
  recall50: number;
  recall75: number;
}

/** Flat, as `--json` writes them. */
export interface EverythingFigures {
  /** Prompts of an image. */
  gridPrompts: number;
  hierarchicalPrompts: number;
  /** CPU time of the grid to that of the default. */
  defaultSpeedup: number;
  /** Percentage points of recall that are lost against the grid, at IoU 0.5 or 0.75, whichever is more. */
  hierarchicalRecallLoss: number;
  defaultRecallLoss: number;
  /** CPU time of an image. */
  defaultSeconds: number;
}

export function summarise(scores: readonly SearchScore[]): MethodSummary {
  const ious = scores.flatMap(({ bestIous }) => bestIous);
  const recall = (minIou: number) => (100 * ious.filter((iou) => iou >= minIou).length) / ious.length;
  return {
    prompts: mean(scores.map(({ promptCount }) => promptCount)),
    cpuSeconds: mean(scores.map(({ cpuSeconds }) => cpuSeconds)),
    masks: mean(scores.map(({ maskCount }) => maskCount)),
    recall50: recall(0.5),
    recall75: recall(0.75),
  };
}

export function everythingFigures(scores: ScoresByMethod): EverythingFigures {
  const [grid, hierarchical, ours] = METHODS.map((method) => summarise(scores[method])) as [
    MethodSummary,
    MethodSummary,
    MethodSummary,
  ];
  const loss = ({ recall50, recall75 }: MethodSummary) =>
    Math.max(grid.recall50 - recall50, grid.recall75 - recall75);
  return {
    gridPrompts: grid.prompts,
    hierarchicalPrompts: hierarchical.prompts,
    defaultSpeedup: grid.cpuSeconds / ours.cpuSeconds,
    hierarchicalRecallLoss: loss(hierarchical),
    defaultRecallLoss: loss(ours),
    defaultSeconds: ours.cpuSeconds,
  };
}

export function everythingTable(scores: ScoresByMethod): string {
  const rows = METHODS.map((method: RegionMethod) => {
    const { prompts, cpuSeconds, masks, recall50, recall75 } = summarise(scores[method]);
    return [
      method,
      formatNumber(prompts, 0),
      formatNumber(cpuSeconds, 1),
      formatNumber(masks, 1),
      formatNumber(recall50, 1),
      formatNumber(recall75, 1),
    ];
  });
  return formatTable(['method', 'prompts', 'CPU s', 'masks', 'recall@0.5 %', 'recall@0.75 %'], rows);
}
