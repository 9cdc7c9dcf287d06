import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Segmenter } from '../../inference/index.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import { cutImage, readImage, type CutImage } from './cut-image.ts';
import { HELP, parseCutoutArguments, type CutoutArguments } from './cutout-arguments.ts';
import { readEngineFiles } from './engine-files.ts';
import { findInputFiles } from './input-files.ts';
import { OutputNames } from './output-names.ts';
import { checkPointsInside } from './prompt-arguments.ts';
import { sharpImageCodec } from './sharp-image-codec.ts';
import { splitImage } from './split-image.ts';
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
    return (await doAll(parsed, status)) ? 0 : EXIT_SOME_FAILED;
  } catch (thrown) {
    status.printError(toTinyCutError(thrown).message);
    return EXIT_SOME_FAILED;
  }
}

type Job = Exclude<CutoutArguments, { kind: 'help' }>;

/** @returns whether all went well */
async function doAll(job: Job, status: StatusLine): Promise<boolean> {
  const { files, unmatched } = await findInputFiles(job.patterns);
  for (const pattern of unmatched) status.printError(`${pattern}: No file matches.`);
  const names = new OutputNames();
  let segmenter: Segmenter | null = null;
  let failedCount = unmatched.length;
  for (const [i, file] of files.entries()) {
    const label = files.length > 1 ? `[${i + 1}/${files.length}] ${file}` : file;
    const startedAt = performance.now();
    const image = await attempt(status, label, async () => {
      status.show(label);
      const read = await readImage(file);
      if (job.kind === 'cutout') checkPointsInside(job.prompt, read);
      return read;
    });
    // Made only when there is something to do, and a failure here ends it all: no other image would fare better.
    const engine = image && (segmenter ??= await prepare(job.outFolder, status));
    const name = names.next(file);
    const onProgress = ({ stage, fraction }: { stage: string; fraction: number }) =>
      status.show(`${label}: ${stage} ${Math.round(100 * fraction)} %`);
    const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
    const outcome =
      engine &&
      (await attempt(status, label, async () => {
        const outline = { detail: job.outlineDetail };
        if (job.kind !== 'everything') {
          const outStem = join(job.outFolder, name);
          const prompt = job.kind === 'cutout' ? job.prompt : null;
          const settings = { edge: job.edge, outline };
          return describe(await cutImage(engine, image, prompt, outStem, settings, onProgress), seconds());
        }
        const folder = files.length > 1 ? join(job.outFolder, name) : job.outFolder;
        const layers = await splitImage(engine, image, job.detail, folder, outline, onProgress);
        return `${layers.length} layers in ${join(folder, 'layers.json')} (${seconds()} s)`;
      }));
    if (outcome) status.print(`${label}: ${outcome}`);
    else failedCount++;
  }
  return failedCount === 0;
}

/** @returns null when the work failed, which has been printed then */
async function attempt<T>(status: StatusLine, label: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    status.printError(`${label}: ${toTinyCutError(thrown).message}`);
    return null;
  }
}

async function prepare(outFolder: string, status: StatusLine): Promise<Segmenter> {
  try {
    await mkdir(outFolder, { recursive: true });
  } catch (thrown) {
    throw new TinyCutError(
      'bad-argument',
      `The folder ${outFolder} cannot be made (${(thrown as Error).message}).`,
    );
  }
  status.show('Loading the models');
  return Segmenter.load(await readEngineFiles(), { codec: sharpImageCodec, maxImages: 1 });
}

function describe(cut: CutImage, seconds: string): string {
  const { outputs, imageRect, predictedIou, nodeCount, maxDeviationPx } = cut;
  const { x, y, width, height } = imageRect;
  const place = `${width} x ${height} px at ${x},${y}`;
  return `${outputs.join(', ')} (${place}; predicted IoU ${predictedIou.toFixed(2)}; outline of ${nodeCount} nodes within ${maxDeviationPx.toFixed(1)} px; ${seconds} s)`;
}

process.exitCode = await main(process.argv.slice(2));
