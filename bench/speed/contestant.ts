import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBenchBrowser, pagePids } from './bench-browser.ts';
import type { BenchPage } from './bench-page.ts';
import { cpuMsOf, peakResidentBytesOf } from './process-usage.ts';

/** One step's cost. CPU time is that of the page's process with all its threads; null where it cannot be known. */
export interface StepCost {
  cpuMs: number | null;
  wallMs: number;
}

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
    const browser = await launchBenchBrowser();
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
    const pids = await pagePids(this.devtools);
    const cpuBeforeMs = cpuMsOf(pids);
    const startedAt = performance.now();
    await this.call(method, ...args);
    const wallMs = performance.now() - startedAt;
    const cpuAfterMs = cpuMsOf(pids);
    return { cpuMs: cpuBeforeMs === null || cpuAfterMs === null ? null : cpuAfterMs - cpuBeforeMs, wallMs };
  }

  /** The largest resident set of the page's process so far, its workers included; null where it cannot be known. */
  async peakResidentBytes(): Promise<number | null> {
    return peakResidentBytesOf(await pagePids(this.devtools));
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
