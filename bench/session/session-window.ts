import { readFile } from 'node:fs/promises';
import type { Browser, CDPSession, FrameLocator, Page } from 'playwright-core';
import type { Size } from '../../src/shared/affine.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { projectPath } from '../project-folder.ts';
import { launchBenchBrowser, pagePids } from '../speed/bench-browser.ts';
import { serveFiles, type LocalServer } from '../speed/local-server.ts';
import { residentBytesOf } from '../speed/process-usage.ts';
import type { MemorySample } from './memory-figures.ts';
import type { SessionPage } from './session-page.ts';

const VIEWPORT_PX = { width: 480, height: 640 };
const STEP_MS = 120_000;

/** What the engine's worker is given to say how much memory its runtime has. */
interface WorkerScope {
  runtimeMemory?: WebAssembly.Memory;
}

declare const sessionPage: SessionPage;

/** The plugin's window as it ships, in a Chromium of its own, with a host that keeps nothing. */
export class SessionWindow {
  private constructor(
    private readonly server: LocalServer,
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly ui: FrameLocator,
    private readonly ofBrowser: CDPSession,
    private readonly ofPage: CDPSession,
  ) {}

  /** @throws TinyCutError `internal` without Chromium */
  static async open(): Promise<SessionWindow> {
    const [script, html] = await Promise.all([
      readFile(projectPath('dist/bench/session-page.js'), 'utf8'),
      readFile(projectPath('dist/ui.html'), 'utf8'),
    ]);
    const server = await serveFiles(
      new Map([
        ['/session-page.js', script],
        ['/ui.html', html],
        ['/index.html', PAGE_HTML],
      ]),
    );
    const browser = await launchBenchBrowser().catch((thrown: unknown) => {
      server.close();
      throw thrown;
    });
    const page = await browser.newPage({ viewport: VIEWPORT_PX });
    page.setDefaultTimeout(STEP_MS);
    await page.addInitScript(noteRuntimeMemory);
    const ofPage = await page.context().newCDPSession(page);
    await ofPage.send('Performance.enable');
    await page.goto(`${server.origin}/index.html`);
    const ofBrowser = await browser.newBrowserCDPSession();
    return new SessionWindow(server, browser, page, page.frameLocator('iframe'), ofBrowser, ofPage);
  }

  async openImage(name: string, file: Uint8Array, imageSizePx: Size): Promise<void> {
    await this.page.evaluate((args) => sessionPage.open(...args), [
      name,
      Buffer.from(file).toString('base64'),
      imageSizePx,
    ] as const);
    await this.ui.getByRole('group', { name: 'Mask size' }).and(this.ui.locator(':enabled')).waitFor();
  }

  /** @param share of the canvas's width and height */
  async click(share: { x: number; y: number }): Promise<void> {
    const box = (await this.ui.getByRole('application').boundingBox())!;
    await this.page.mouse.click(box.x + share.x * box.width, box.y + share.y * box.height);
    await this.ui
      .getByRole('status')
      .filter({ hasText: /% selected/ })
      .waitFor();
  }

  async placeCutout(): Promise<void> {
    const placed = this.page.evaluate(() => sessionPage.untilPlaced());
    await this.ui.getByRole('button', { name: 'Apply as cutout', exact: true }).click();
    await placed;
  }

  async memory(): Promise<Pick<MemorySample, 'residentBytes' | 'jsHeapBytes' | 'wasmBytes'>> {
    await this.ofPage.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.ofPage.send('Performance.getMetrics');
    const [worker, ...others] = this.page.workers();
    if (!worker || others.length > 0)
      throw new TinyCutError('internal', 'There is not exactly one engine, so its memory is not comparable.');
    return {
      residentBytes: residentBytesOf(await pagePids(this.ofBrowser)),
      jsHeapBytes: metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value,
      wasmBytes: await worker.evaluate(
        () => (self as unknown as WorkerScope).runtimeMemory!.buffer.byteLength,
      ),
    };
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

const PAGE_HTML =
  '<!doctype html><meta charset="utf-8"><style>body,iframe{margin:0;border:0;width:100vw;height:100vh}</style>' +
  '<iframe src="/ui.html"></iframe><script src="/session-page.js"></script>';

/** Runs in each frame before its scripts: workers that start there note the memory that is made in them. */
function noteRuntimeMemory(): void {
  const note =
    'const Memory = WebAssembly.Memory;' +
    'WebAssembly.Memory = function (descriptor) {' +
    '  const memory = new Memory(descriptor);' +
    '  if (descriptor.maximum > 0) self.runtimeMemory = memory;' +
    '  return memory;' +
    '};' +
    'WebAssembly.Memory.prototype = Memory.prototype;';
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL) {
      super(URL.createObjectURL(new Blob([`${note}importScripts(${JSON.stringify(String(url))})`])));
    }
  };
}
