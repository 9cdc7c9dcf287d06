import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Segmenter } from '../../inference/index.ts';
import { toTinyCutError } from '../../shared/errors.ts';
import { cutFile } from './cut-file.ts';
import { HELP, parseCutoutArguments, type CutoutArguments } from './cutout-arguments.ts';
import { readEngineFiles } from './engine-files.ts';
import { findInputFiles } from './input-files.ts';
import { OutputNames } from './output-names.ts';
import { sharpImageCodec } from './sharp-image-codec.ts';
import { StatusLine } from './status-line.ts';

/** `npm run cutout`: see HELP. */

const EXIT_SOME_FAILED = 1;
const EXIT_BAD_ARGUMENTS = 2;

async function main(args: readonly string[]): Promise<number> {
  const status = new StatusLine(process.stdout, process.stderr);
  let parsed: CutoutArguments;
  try {
    parsed = parseCutoutArguments(args);
  } catch (thrown) {
    status.printError(toTinyCutError(thrown).message);
    return EXIT_BAD_ARGUMENTS;
  }
  if (parsed.kind === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    return (await cutAll(parsed, status)) ? 0 : EXIT_SOME_FAILED;
  } catch (thrown) {
    status.printError(toTinyCutError(thrown).message);
    return EXIT_SOME_FAILED;
  }
}

/** @returns whether all went well */
async function cutAll(
  { patterns, prompt, outFolder }: Extract<CutoutArguments, { kind: 'cutout' }>,
  status: StatusLine,
): Promise<boolean> {
  const { files, unmatched } = await findInputFiles(patterns);
  for (const pattern of unmatched) status.printError(`${pattern}: No file matches.`);
  await mkdir(outFolder, { recursive: true });
  const names = new OutputNames();
  let segmenter: Promise<Segmenter> | null = null;
  const loadSegmenter = () => (segmenter ??= load(status));
  let failedCount = unmatched.length;
  for (const [i, file] of files.entries()) {
    const label = files.length > 1 ? `[${i + 1}/${files.length}] ${file}` : file;
    const startedAt = performance.now();
    try {
      status.show(label);
      const cut = await cutFile(
        file,
        prompt,
        loadSegmenter,
        join(outFolder, names.next(file)),
        ({ stage, fraction }) => status.show(`${label}: ${stage} ${Math.round(100 * fraction)} %`),
      );
      const { x, y, width, height } = cut.imageRect;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      status.print(
        `${label}: ${cut.outputs.join(', ')} (${width} x ${height} px at ${x},${y}; predicted IoU ${cut.predictedIou.toFixed(2)}; ${seconds} s)`,
      );
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      // No other image would fare better.
      if (error.code === 'model-missing' || error.code === 'model-corrupt') throw error;
      status.printError(`${label}: ${error.message}`);
      failedCount++;
    }
  }
  return failedCount === 0;
}

async function load(status: StatusLine): Promise<Segmenter> {
  status.show('Loading the models');
  return Segmenter.load(await readEngineFiles(), { codec: sharpImageCodec, maxImages: 1 });
}

process.exitCode = await main(process.argv.slice(2));
