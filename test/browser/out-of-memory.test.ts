import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** 128 MB: enough to load the network, not to run its encoder. */
const TOO_FEW_PAGES = 2000;

/**
 * The real runtime in the real worker, out of WASM memory: what fails first, and whether the runtime survives it, is up to
 * onnxruntime-web. Some of its failures are traps, after which nothing works in that worker any more.
 */
describe('a worker whose WASM memory is exhausted', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open({ prepare: boundFirstWorker });
  });
  afterAll(() => session?.close());
  screenshotFailures(() => session);

  it('says what to do, and makes way for another that works', async () => {
    await session.problem.filter({ hasText: /not enough memory.*Close other tabs.*try again\./ }).waitFor();
    await session.screenshot('failure-out-of-memory');
    const documentBefore = await session.nodes();

    await session.ui.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await session.whenReady();
    expect(await session.problem.count()).toBe(0);
    expect(session.page.workers()).toHaveLength(1);
    await session.click({ x: 1300, y: 480 });
    expect(await session.selectedPercent()).toBeGreaterThan(0);
    expect(await session.nodes()).toEqual(documentBefore);
    await session.apply('cutout');
    expect(session.pageErrors).toEqual([]);
  });
});

/** The first worker of each frame gets a WASM memory that ends early: what a browser does whose own memory does. */
async function boundFirstWorker(page: Page): Promise<void> {
  await page.addInitScript((maximum: number) => {
    let workerCount = 0;
    const bound = `
      const RealMemory = WebAssembly.Memory;
      WebAssembly.Memory = class extends RealMemory {
        constructor(descriptor) {
          super({ ...descriptor, maximum: Math.min(descriptor.maximum, ${maximum}) });
        }
      };`;
    window.Worker = class extends Worker {
      constructor(url: string | URL) {
        const script = `${workerCount++ === 0 ? bound : ''} importScripts(${JSON.stringify(String(url))});`;
        super(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
      }
    };
  }, TOO_FEW_PAGES);
}
