import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launchChromium } from '../browser/chromium.ts';
import type { DecodePage } from './decode-page.ts';
import { FuzzReport, must, within } from './fuzz-report.ts';
import { ImageMutants } from './image-mutants.ts';

const MAX_BATCH_MS = 60_000;

declare const decodePage: DecodePage;

/**
 * The mutants of `fuzzImages` through the browser's decoder, which is the plugin's.
 * @throws Error at the first batch that leaves anything wrong
 */
export async function fuzzBrowserImages(imageCount: number, seed: number): Promise<FuzzReport> {
  const report = new FuzzReport();
  const script = await bundlePage();
  const mutants = await ImageMutants.make(seed);
  const browser = await launchChromium();
  try {
    report.sessionCount = 1;
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.evaluate(script);
    const outcomesOf = (files: readonly Uint8Array[]) =>
      page.evaluate(
        (packed) => decodePage.outcomesOf(packed),
        files.map((file) => Buffer.from(file).toString('base64')),
      );
    for (let batch = 0; report.sentCount < imageCount; batch++) {
      const good = mutants.seedFiles[batch % mutants.seedFiles.length]!;
      const files = [...mutants.batch(batch), good];
      const outcomes = await within(
        MAX_BATCH_MS,
        `decoding batch ${batch} in the browser`,
        outcomesOf(files),
      );
      must(outcomes.pop() === 'decoded', () => 'a good file is not decoded any more');
      for (const outcome of outcomes) report.countDecoding(outcome);
      must(errors.length === 0, () => `uncaught in the page: ${errors.join('\n')}`);
    }
    return report;
  } finally {
    await browser.close();
  }
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./decode-page.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]!.text;
}
