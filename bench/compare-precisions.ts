import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { StatusLine } from '../src/plugin/cli/status-line.ts';
import { parseBenchArguments, type BenchArguments } from './bench-arguments.ts';
import { measureEncodes } from './quality/measure-encodes.ts';
import { describeCounts, EVAL_MISSING, measureQuality } from './quality/measure-quality.ts';
import { packPath } from './quality/open-network.ts';
import { PRECISIONS } from './precision.ts';
import { runProgram } from './run-program.ts';
import { formatNumber, formatTable } from './table.ts';

/** `npm run bench:precisions [-- --rounds N --images N]`: size, speed and quality of each compiled precision. */

async function compare({ roundCount, imageCount }: BenchArguments, status: StatusLine): Promise<void> {
  const show = (step: string) => status.show(step);
  const quality = await measureQuality(PRECISIONS, { imageCount, simulateClicks: true }, show);
  const encodes = await measureEncodes(PRECISIONS, roundCount, show);
  const rows = PRECISIONS.map((precision) => {
    const pack = readFileSync(packPath(precision));
    const scores = quality?.byPrecision.get(precision);
    const { loadMs, ratio } = encodes.get(precision)!;
    return [
      precision,
      formatNumber(pack.length / 1e6, 2),
      formatNumber(gzipSync(pack, { level: 9 }).length / 1e6, 2),
      formatNumber(loadMs, 0),
      `${formatNumber(ratio.median, 3)} (${formatNumber(ratio.min, 3)}..${formatNumber(ratio.max, 3)})`,
      formatNumber(scores?.clickMiou, 4),
      formatNumber(scores?.bestOfThreeMiou, 4),
      formatNumber(scores?.boxMiou, 4),
      formatNumber(scores?.noc85, 2),
      formatNumber(scores?.noc90, 2),
    ];
  });
  const head = [
    'precision',
    'MB',
    'gzip MB',
    'load ms',
    'encode / fp32',
    '1-click mIoU',
    'best of 3',
    'box mIoU',
  ];
  status.print(formatTable([...head, 'NoC@85', 'NoC@90'], rows));
  status.print('');
  status.print(quality ? describeCounts(quality.counts) : EVAL_MISSING);
  status.print(
    `Encode: ${roundCount} rounds in Node, one WASM thread, in turn; CPU time, median (min..max).`,
  );
}

await runProgram((args) => parseBenchArguments(args, ['rounds', 'images']), compare);
