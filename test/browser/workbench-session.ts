import { mkdirSync } from 'node:fs';
import { afterEach, expect } from 'vitest';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import type { Point, Rect, Size } from '../../src/shared/affine.ts';
import type { OutputKind } from '../../src/shared/host-contract.ts';
import { fitViewport, imageToView } from '../../src/ui/canvas/viewport.ts';
import { serveWorkbench, type WorkbenchServer } from '../../workbench/serve-workbench.ts';
import type {} from '../../workbench/workbench-handle.ts';
import type { NodeRecord } from '../host/document/node-record.ts';
import { rasterise, type Raster } from '../host/rasterise.ts';
import { launchChromium } from './chromium.ts';

/**
 * The model loads in some 5 s and an image is embedded in 4 s on a machine with nothing else to do; limits leave room
 * for one that has.
 */
export const STEP_MS = 120_000;
export const TEST_MS = 300_000;
/** Of samples/bowl.jpg, which the workbench opens with. */
export const BOWL_SIZE_PX: Size = { width: 1600, height: 1082 };

export interface SessionOptions {
  viewportPx?: Size;
  /** Before the page is opened, for tests that change what it will load. */
  prepare?: (page: Page) => Promise<void>;
}

/** An expectation that comes true in a while. */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: STEP_MS, interval: 100 });
}

/** So that a failure in CI can be looked at. */
export function screenshotFailures(sessionOf: () => WorkbenchSession | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await sessionOf()?.screenshot(`failed: ${task.name}`.replace(/[^\w-]+/g, '-').slice(0, 80));
  });
}

/** A user at the workbench, in a real browser with the real bundles. */
export class WorkbenchSession {
  /** Every request that the page made, without data: and blob:. */
  readonly requests: string[] = [];
  /** Uncaught errors of the page, its frames and its workers. */
  readonly pageErrors: string[] = [];
  /** The plugin's UI, three frames deep. */
  readonly ui: FrameLocator;

  private constructor(
    readonly browser: Browser,
    private readonly workbenchServer: WorkbenchServer,
    readonly page: Page,
  ) {
    this.ui = page.frameLocator('.plugin-window iframe').frameLocator('iframe').frameLocator('iframe');
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url())) this.requests.push(request.url());
    });
    page.on('pageerror', (error) => this.pageErrors.push(error.message));
    page.setDefaultTimeout(STEP_MS);
  }

  static async open({ viewportPx = { width: 1360, height: 860 }, prepare }: SessionOptions = {}) {
    const workbenchServer = await serveWorkbench({ root: process.cwd(), port: 0 });
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: viewportPx });
    const session = new WorkbenchSession(browser, workbenchServer, page);
    await prepare?.(page);
    await page.goto(workbenchServer.url);
    return session;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.workbenchServer.server.close();
  }

  get origin(): string {
    return new URL(this.workbenchServer.url).origin;
  }

  // --- what the user sees of the plugin

  get image(): Locator {
    return this.ui.getByRole('application');
  }

  get status(): Locator {
    return this.ui.getByRole('status');
  }

  get problem(): Locator {
    return this.ui.getByRole('alert');
  }

  get analysing(): Locator {
    return this.ui.getByRole('progressbar', { name: 'Analysing the image' });
  }

  button(name: string): Locator {
    return this.ui.getByRole('button', { name, exact: true });
  }

  /** Until the image can be clicked on. */
  async whenReady(): Promise<void> {
    await this.ui.getByRole('group', { name: 'Mask size' }).and(this.ui.locator(':enabled')).waitFor();
  }

  /** How much of the image is selected, as the status line says it, in percent. */
  async selectedPercent(): Promise<number> {
    await this.status.filter({ hasText: /% selected/ }).waitFor();
    return Number(/(\d+)% selected/.exec((await this.status.textContent()) ?? '')?.[1]);
  }

  async checkedMaskSize(): Promise<string | null> {
    const checked = this.ui.locator('input[name=mask-size]:checked');
    return (await checked.count()) === 0 ? null : checked.inputValue();
  }

  /** Share of the overlay's pixels, 0..1, on which anything is drawn. */
  overlayCoverage(): Promise<number> {
    return this.image.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn++;
      return drawn / (data.length / 4);
    });
  }

  // --- what the user does in the plugin

  /** Where a point of the fitted image is on the page, in CSS pixels. */
  async onPage(imagePoint: Point, imageSizePx = BOWL_SIZE_PX): Promise<Point> {
    const box = (await this.image.boundingBox())!;
    const viewport = fitViewport({ x: 0, y: 0, ...imageSizePx }, box);
    const { x, y } = imageToView(viewport, imagePoint);
    return { x: box.x + x, y: box.y + y };
  }

  async hover(imagePoint: Point): Promise<void> {
    const { x, y } = await this.onPage(imagePoint);
    await this.page.mouse.move(x, y, { steps: 3 });
  }

  async click(imagePoint: Point, { alt = false } = {}): Promise<void> {
    if (alt) await this.page.keyboard.down('Alt');
    await this.hover(imagePoint);
    await this.page.mouse.down();
    await this.page.mouse.up();
    if (alt) await this.page.keyboard.up('Alt');
  }

  async dragBox(imageRect: Rect): Promise<void> {
    await this.hover(imageRect);
    await this.page.mouse.down();
    await this.hover({ x: imageRect.x + imageRect.width, y: imageRect.y + imageRect.height });
    await this.page.mouse.up();
  }

  async apply(kind: OutputKind): Promise<void> {
    await this.button(`Apply as ${kind.replace('-', ' ')}`).click();
    await this.status.filter({ hasText: 'placed over' }).waitFor();
  }

  // --- what the user does on the canvas

  async selectLayer(name: string): Promise<void> {
    const layers = this.page.getByRole('navigation', { name: 'Layers' });
    await layers.getByRole('button', { name, exact: true }).click();
  }

  /** The photo lands to the right of what is there, selected. */
  async addPhoto(file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.page.getByLabel('Add photo…').setInputFiles(file);
  }

  /** The same, by dragging it from elsewhere on the computer. */
  async dropPhoto(name: string, mimeType: string, content: Buffer): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ([name, type, base64]) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
        return transfer;
      },
      [name, mimeType, content.toString('base64')] as const,
    );
    await this.page.getByTestId('canvas').dispatchEvent('drop', { dataTransfer: transfer });
  }

  async pressOnToolbar(name: string): Promise<void> {
    await this.page.getByRole('banner').getByRole('button', { name, exact: true }).click();
  }

  // --- the document

  nodes(): Promise<NodeRecord[]> {
    return this.page.evaluate(() => JSON.parse(window.workbench.document.toJson()) as NodeRecord[]);
  }

  async selected(): Promise<NodeRecord[]> {
    const ids = await this.page.evaluate(() => [...window.workbench.document.selection()]);
    return (await this.nodes()).filter(({ id }) => ids.includes(id));
  }

  /** A part of the canvas as it is drawn. */
  async render(bounds: Rect, pixelsPerUnit = 1): Promise<Raster> {
    const svg = await this.page.evaluate((bounds) => window.workbench.renderSvg({ bounds }), bounds);
    return rasterise(svg, pixelsPerUnit);
  }

  /** For a person to look at; nothing is compared with it. */
  async screenshot(name: string): Promise<void> {
    mkdirSync('test/output', { recursive: true });
    await this.page.screenshot({ path: `test/output/${name}.png` });
  }

  expectNoForeignRequests(): void {
    expect(this.requests.filter((url) => !url.startsWith(`${this.origin}/`))).toEqual([]);
  }
}
