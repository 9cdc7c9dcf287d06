import { expect } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Rect, Size } from '../../src/shared/affine.ts';
import type { OutputKind } from '../../src/shared/host-contract.ts';
import { serveWorkbench, type WorkbenchServer } from '../../workbench/serve-workbench.ts';
import type {} from '../../workbench/workbench-handle.ts';
import type { NodeRecord } from '../host/document/node-record.ts';
import { rasterise, type Raster } from '../host/rasterise.ts';
import { launchChromium } from './chromium.ts';
import { eventually, STEP_MS, UiDriver } from './ui-driver.ts';

export interface SessionOptions {
  viewportPx?: Size;
  /** Before the page is opened, for tests that change what it will load. */
  prepare?: (page: Page) => Promise<void>;
}

/** A user at the workbench, in a real browser with the real bundles. */
export class WorkbenchSession extends UiDriver {
  /** Every request that the page made, without data: and blob:. */
  readonly requests: string[] = [];
  /** Uncaught errors of the page, its frames and its workers. */
  readonly pageErrors: string[] = [];
  private constructor(
    readonly browser: Browser,
    private readonly workbenchServer: WorkbenchServer,
    page: Page,
  ) {
    // The plugin's UI is three frames deep.
    super(page, page.frameLocator('.plugin-window iframe').frameLocator('iframe').frameLocator('iframe'));
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

  // --- what the user does in the plugin

  async apply(kind: OutputKind): Promise<void> {
    await this.button(`Apply as ${kind.replace('-', ' ')}`).click();
    await this.status.filter({ hasText: 'placed over' }).waitFor();
  }

  /** Of the plugin's own window, in CSS pixels, also smaller than its grip makes it. */
  async setWindowSize(width: number, height: number): Promise<void> {
    await this.page.locator('.plugin-window iframe').evaluate(
      (frame, [width, height]) => {
        frame.style.width = `${width}px`;
        frame.style.height = `${height}px`;
      },
      [width, height] as const,
    );
    await eventually(() => this.ui.locator('body').evaluate(() => innerWidth)).toBe(width);
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

  expectNoForeignRequests(): void {
    expect(this.requests.filter((url) => !url.startsWith(`${this.origin}/`))).toEqual([]);
  }
}
