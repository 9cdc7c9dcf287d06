import { writeFileSync } from 'node:fs';
import type { StatusLine } from '../../src/plugin/cli/status-line.ts';
import { parseStudyArguments, type StudyArguments } from '../bench-arguments.ts';
import { runProgram } from '../run-program.ts';
import { describeStudy, studyTable } from './report.ts';
import { studyQuantization } from './study.ts';

/** `npm run bench:quantization`: what static 8-bit scales lose, by how they are found, beside the form that ships. */

async function run({ jsonFile, ...counts }: StudyArguments, status: StatusLine): Promise<void> {
  const study = await studyQuantization(counts, (step) => status.show(step));
  status.print(studyTable(study));
  status.print('');
  for (const line of describeStudy(study)) status.print(line);
  if (jsonFile !== null) writeFileSync(jsonFile, `${JSON.stringify(study, null, 2)}\n`);
}

await runProgram(parseStudyArguments, run);
