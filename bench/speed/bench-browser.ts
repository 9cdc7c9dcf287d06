import { existsSync } from 'node:fs';
import { chromium, type Browser, type CDPSession } from 'playwright-core';
import { TinyCutError } from '../../src/shared/errors.ts';
import { CHROMIUM } from '../../test/browser/chromium.ts';

const BROWSER_ARGS = [
  ...CHROMIUM.args,
  // Else a process for a page to come would start up within a measurement.
  '--disable-features=SpareRendererForSitePerProcess',
];

/** @throws TinyCutError `internal` without Chromium */
export function launchBenchBrowser(): Promise<Browser> {
  const { executablePath } = CHROMIUM;
  if (!existsSync(executablePath)) {
    throw new TinyCutError(
      'internal',
      `The bench runs in Chromium, which is not at ${executablePath}: install it or set CHROMIUM_PATH.`,
    );
  }
  return chromium.launch({ executablePath, args: BROWSER_ARGS });
}

/**
 * The processes of a browser with one page: whatever other process of this kind there is idles.
 * @param devtools of the browser
 */
export async function pagePids(devtools: CDPSession): Promise<number[]> {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
