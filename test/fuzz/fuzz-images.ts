import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { decodeOutcome } from './decode-outcome.ts';
import { FuzzReport, must, within } from './fuzz-report.ts';
import { ImageMutants } from './image-mutants.ts';

const MAX_DECODE_MS = 20_000;

/**
 * Mutants of small files of every format and kind, through the check of the header and the decoder.
 * @throws Error at the first file that leaves anything wrong
 */
export async function fuzzImages(imageCount: number, seed: number): Promise<FuzzReport> {
  const report = new FuzzReport();
  report.sessionCount = 1;
  const mutants = await ImageMutants.make(seed);
  for (let batch = 0; report.sentCount < imageCount; batch++) {
    for (const file of mutants.batch(batch)) {
      report.countDecoding(await within(MAX_DECODE_MS, 'decoding', decodeOutcome(file, sharpImageCodec)));
    }
    const good = mutants.seedFiles[batch % mutants.seedFiles.length]!;
    must(
      (await decodeOutcome(good, sharpImageCodec)) === 'decoded',
      () => 'a good file is not decoded any more',
    );
  }
  return report;
}
