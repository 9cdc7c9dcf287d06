import { mkdirSync, writeFileSync } from 'node:fs';
import type { StatusLine } from '../../src/plugin/cli/status-line.ts';
import { parseSessionArguments, type SessionArguments } from '../bench-arguments.ts';
import { projectPath } from '../project-folder.ts';
import { runProgram } from '../run-program.ts';
import { memoryCurveSvg } from './memory-curve.ts';
import { growthLines, memoryFigures, memoryTable, requireFlat, type MemorySample } from './memory-figures.ts';
import { sessionPicture } from './session-pictures.ts';
import { SessionWindow } from './session-window.ts';

/** `npm run bench:session [-- --embeddings N --json FILE]`: whether memory stays flat in a long session. */

const CURVE_FILE = 'out/memory.svg';
const CLICKS = [
  { x: 0.5, y: 0.45 },
  { x: 0.3, y: 0.5 },
];

async function bench({ embeddingCount, jsonFile }: SessionArguments, status: StatusLine): Promise<void> {
  const samples = await runSession(embeddingCount, (step) => status.show(step));
  const figures = memoryFigures(samples);
  status.print(memoryTable(samples));
  status.print('');
  for (const line of growthLines(figures)) status.print(line);
  mkdirSync(projectPath('out'), { recursive: true });
  writeFileSync(projectPath(CURVE_FILE), memoryCurveSvg(samples));
  status.print(`The curve is in ${CURVE_FILE}.`);
  if (jsonFile !== null) writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
  requireFlat(figures);
}

async function runSession(embeddingCount: number, onStep: (step: string) => void): Promise<MemorySample[]> {
  onStep('start');
  const window = await SessionWindow.open();
  try {
    const samples: MemorySample[] = [];
    const startedAt = performance.now();
    while (samples.length < embeddingCount) {
      const index = samples.length;
      onStep(`image ${index + 1} of ${embeddingCount}`);
      const { file, sizePx } = await sessionPicture(index);
      await window.openImage(`Photo ${index + 1}`, file, sizePx);
      for (const click of CLICKS) await window.click(click);
      await window.placeCutout();
      samples.push({
        embeddingCount: index + 1,
        elapsedS: (performance.now() - startedAt) / 1000,
        ...(await window.memory()),
      });
    }
    return samples;
  } finally {
    await window.close();
  }
}

await runProgram(parseSessionArguments, bench);
