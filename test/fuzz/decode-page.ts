import { browserImageCodec } from '../../src/inference/browser-image-codec.ts';
import { decodeOutcome } from './decode-outcome.ts';

/** Runs in the page of fuzz-browser-images.ts: the decoder path as the worker has it. */

const decodePage = {
  /** @param files in base64; decoded one after the other */
  async outcomesOf(files: readonly string[]): Promise<string[]> {
    const outcomes: string[] = [];
    for (const file of files) {
      const bytes = Uint8Array.from(atob(file), (char) => char.charCodeAt(0));
      outcomes.push(await decodeOutcome(bytes, browserImageCodec));
    }
    return outcomes;
  },
};
export type DecodePage = typeof decodePage;

(globalThis as unknown as { decodePage: DecodePage }).decodePage = decodePage;
