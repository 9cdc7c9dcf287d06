import { existsSync } from 'node:fs';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { TinyCutError } from '../../src/shared/errors.ts';
import { CHROMIUM } from '../../test/browser/chromium.ts';
import type { BenchPage } from './bench-page.ts';
import { cpuMsOf, peakResidentBytesOf } from './process-usage.ts';

/** One step's cost. CPU time is that of the page's process with all its threads; null where it cannot be known. */
export interface StepCost {
  cpuMs: number | null;
  wallMs: number;
}

const BROWSER_ARGS = [
  ...CHROMIUM.args,
  // Else a process for a page to come would start up within a measurement.
  '--disable-features=SpareRendererForSitePerProcess',
];

/** A Chromium of its own with one page: nothing of the other side is in its processes. */
export class Contestant {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly devtools: CDPSession,
  ) {}

  /**
   * @param url of a page that sets `globalThis.benchPage`
   * @throws TinyCutError `internal` without Chromium
   */
  static async open(url: string): Promise<Contestant> {
    const { executablePath } = CHROMIUM;
    if (!existsSync(executablePath)) {
      throw new TinyCutError(
        'internal',
        `The bench runs in Chromium, which is not at ${executablePath}: install it or set CHROMIUM_PATH.`,
      );
    }
    const browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const contestant = new Contestant(browser, page, await browser.newBrowserCDPSession());
      await contestant.call('prepare');
      return contestant;
    } catch (thrown) {
      await browser.close();
      throw thrown;
    }
  }

  /** Calls the page without measuring. */
  call<M extends keyof BenchPage>(
    method: M,
    ...args: Parameters<BenchPage[M]>
  ): Promise<Awaited<ReturnType<BenchPage[M]>>> {
    return this.page.evaluate(
      ([name, values]) => {
        const { benchPage } = globalThis as unknown as { benchPage: Record<string, CallableFunction> };
        return benchPage[name as string]!(...(values as unknown[]));
      },
      [method, args] as const,
    );
  }

  async measure<M extends keyof BenchPage>(method: M, ...args: Parameters<BenchPage[M]>): Promise<StepCost> {
    const pids = await this.pagePids();
    const cpuBeforeMs = cpuMsOf(pids);
    const startedAt = performance.now();
    await this.call(method, ...args);
    const wallMs = performance.now() - startedAt;
    const cpuAfterMs = cpuMsOf(pids);
    return { cpuMs: cpuBeforeMs === null || cpuAfterMs === null ? null : cpuAfterMs - cpuBeforeMs, wallMs };
  }

  /** The largest resident set of the page's process so far, its workers included; null where it cannot be known. */
  async peakResidentBytes(): Promise<number | null> {
    return peakResidentBytesOf(await this.pagePids());
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** There is one page, so whatever other process of this kind there is idles. */
  private async pagePids(): Promise<number[]> {
    const { processInfo } = await this.devtools.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  }
}
