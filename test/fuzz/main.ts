import { parseArgs } from 'node:util';
import { fuzzBrowserImages } from './fuzz-browser-images.ts';
import { fuzzHost } from './fuzz-host.ts';
import { fuzzImages } from './fuzz-images.ts';
import type { FuzzReport } from './fuzz-report.ts';
import { fuzzUi } from './fuzz-ui.ts';

/** `npm run fuzz -- [--seed N] [--messages N] [--images N]`: half of the messages go to each end of the channel. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '20231213' },
    messages: { type: 'string', default: '100000' },
    images: { type: 'string', default: '20000' },
  },
});
const [seed, messageCount, imageCount] = [values.seed, values.messages, values.images].map((text) => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  process.stderr.write(`--seed, --messages and --images are whole numbers, not "${text}".\n`);
  process.exit(2);
}) as [number, number, number];

const uncaught: unknown[] = [];
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (thrown: unknown) => uncaught.push(thrown));
}

const parts: [name: string, run: () => Promise<FuzzReport>][] = [
  ['To the main process', () => fuzzHost(Math.ceil(messageCount / 2), seed)],
  ['To the UI', () => fuzzUi(Math.ceil(messageCount / 2), seed)],
  ['Images, in Node', () => fuzzImages(imageCount, seed)],
  ['Images, in the browser', () => fuzzBrowserImages(imageCount, seed)],
];
process.stdout.write(`Seed ${seed}\n`);
for (const [name, run] of parts) {
  const startedAt = performance.now();
  try {
    const report = await run();
    if (uncaught.length > 0) throw uncaught[0];
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    process.stdout.write(`${name}, ${seconds} s: ${report.toString()}\n`);
  } catch (thrown) {
    process.stderr.write(`${name}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    process.exit(1);
  }
}
process.exit(0);
