import { describe, expect, it } from 'vitest';
import { fuzzBrowserImages } from './fuzz-browser-images.ts';
import { fuzzHost } from './fuzz-host.ts';
import { fuzzImages } from './fuzz-images.ts';
import { fuzzUi } from './fuzz-ui.ts';

/** A short run of `npm run fuzz`. */
const SEED = 20231213;

describe('mutants leave no hang, no uncaught error, and the next call works:', () => {
  it('of messages to the main process', async () => {
    const report = await fuzzHost(1500, SEED);
    expect(report.passedCount / report.sentCount).toBeGreaterThan(0.5);
    expect(report.outcomes.get('placeOutput: result')).toBeGreaterThan(30);
    expect(report.outcomes.get('refused: bad-message')).toBeGreaterThan(50);
  });

  it('of messages to the UI', async () => {
    const report = await fuzzUi(1500, SEED);
    expect(report.passedCount / report.sentCount).toBeGreaterThan(0.5);
    expect(report.outcomes.get('heard: selectionChanged')).toBeGreaterThan(100);
  });

  it('of image files', async () => {
    const report = await fuzzImages(500, SEED);
    expect(report.outcomes.get('decoded')).toBeGreaterThan(50);
    expect(report.outcomes.get('not decoded: image-unreadable')).toBeGreaterThan(50);
    expect(report.outcomes.get('refused by the header: image-unreadable')).toBeGreaterThan(20);
  });

  it("of image files, in the browser's decoder", async () => {
    const report = await fuzzBrowserImages(500, SEED);
    expect(report.outcomes.get('decoded')).toBeGreaterThan(50);
    expect(report.outcomes.get('not decoded: image-unreadable')).toBeGreaterThan(50);
    expect(report.outcomes.get('refused by the header: image-unreadable')).toBeGreaterThan(20);
  });
});
