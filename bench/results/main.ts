import { existsSync, writeFileSync } from 'node:fs';
import type { StatusLine } from '../../src/plugin/cli/status-line.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { parseBenchArguments, type BenchArguments } from '../bench-arguments.ts';
import { EVAL_FOLDER, EVAL_MISSING } from '../quality/measure-quality.ts';
import { runProgram } from '../run-program.ts';
import { measureCloseUps } from './close-ups.ts';
import { measureEdges } from './edges.ts';
import { measureKeptEmbedding } from './kept-embedding.ts';
import { measureLayers } from './layers.ts';
import { measureMaskChoice } from './mask-choice.ts';
import { measureOutlines } from './outlines.ts';
import { resultTable, type ResultFigure } from './result-figures.ts';
import type { MeasureSection } from './section.ts';
import { measureSubject } from './subject.ts';
import { measureVectors } from './vectors.ts';

/** `npm run bench:quality [-- --only SECTION --images N --json FILE]`: what designers keep, beside its peers. */

const SECTIONS: Record<string, MeasureSection> = {
  subject: measureSubject,
  edges: measureEdges,
  'close-ups': measureCloseUps,
  outlines: measureOutlines,
  vectors: measureVectors,
  layers: measureLayers,
  'mask-choice': measureMaskChoice,
  'kept-embedding': measureKeptEmbedding,
};

async function bench({ only, imageCount, jsonFile }: BenchArguments, status: StatusLine): Promise<void> {
  if (!existsSync(EVAL_FOLDER)) throw new TinyCutError('bad-argument', EVAL_MISSING);
  const figures: Partial<Record<ResultFigure, number>> = {};
  for (const [name, measure] of Object.entries(SECTIONS)) {
    if (only !== null && only !== name) continue;
    const show = (step: string) => status.show(step);
    const section = await measure({ evalFolder: EVAL_FOLDER, imageCount, show });
    Object.assign(figures, section.figures);
    status.print([section.title, section.table, ...section.notes, ''].join('\n'));
  }
  status.print(resultTable(figures));
  if (jsonFile !== null) writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

await runProgram(
  (args) => parseBenchArguments(args, ['images', 'only', 'json'], Object.keys(SECTIONS)),
  bench,
);
