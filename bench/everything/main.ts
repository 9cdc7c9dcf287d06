import { writeFileSync } from 'node:fs';
import type { StatusLine } from '../../src/plugin/cli/status-line.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { parseBenchArguments, type BenchArguments } from '../bench-arguments.ts';
import { EVAL_MISSING } from '../quality/measure-quality.ts';
import { runProgram } from '../run-program.ts';
import { everythingFigures, everythingTable } from './everything-figures.ts';
import { measureEverything } from './measure-everything.ts';

/** `npm run bench:everything [-- --images N --json FILE]`: the three ways to find everything, side by side. */

/** Some 20 minutes: the dense grid takes a hundred seconds an image. They have 289 regions, so that one is a third of a point. */
const DEFAULT_IMAGE_COUNT = 8;

async function bench({ imageCount, jsonFile }: BenchArguments, status: StatusLine): Promise<void> {
  const scores = await measureEverything(
    imageCount ?? DEFAULT_IMAGE_COUNT,
    (step) => status.show(step),
    (imageId, { grid, hierarchical, default: ours }) => {
      const seconds = [grid, hierarchical, ours].map(({ cpuSeconds }) => cpuSeconds.toFixed(1)).join(' / ');
      const masks = [grid, hierarchical, ours].map(({ maskCount }) => maskCount).join(' / ');
      const found = [grid, hierarchical, ours].map(
        ({ bestIous }) => bestIous.filter((iou) => iou >= 0.5).length,
      );
      const ofAll = `${found.join(' / ')} of ${grid.bestIous.length} regions`;
      status.print(`${imageId}: ${seconds} CPU s, ${masks} masks, ${ofAll} at IoU 0.5`);
    },
  );
  if (!scores) throw new TinyCutError('bad-argument', EVAL_MISSING);
  const figures = everythingFigures(scores);
  status.print(everythingTable(scores));
  status.print('');
  const regionCount = scores.grid.reduce((count, { bestIous }) => count + bestIous.length, 0);
  status.print(
    `${regionCount} regions in ${scores.grid.length} images of ../shared/eval; one WASM thread, per image.`,
  );
  for (const [name, value] of Object.entries(figures))
    status.print(`${name} ${(value as number).toFixed(2)}`);
  if (jsonFile !== null) writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

await runProgram((args) => parseBenchArguments(args, ['images', 'json']), bench);
