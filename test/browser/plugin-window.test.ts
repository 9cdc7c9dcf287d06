import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PluginWindow } from '../host/page/plugin-window.ts';
import { launchChromium } from './chromium.ts';

/**
 * The carrier itself, against the facts of Figma's UI iframe. The UI here is a probe: it evaluates what it is sent
 * as `{ ask }` and answers `{ answer }`.
 */
const PROBE_UI = `<!doctype html><html lang="en"><head><title>Probe</title></head><body><script>
window.heard = [];
addEventListener('message', async (event) => {
  window.heard.push(event.data);
  const { pluginMessage } = event.data;
  if (!pluginMessage || !pluginMessage.ask) return;
  window.lastEvent = event;
  let answer;
  try { answer = await (0, eval)(pluginMessage.ask); } catch (e) { answer = e.name; }
  parent.postMessage({ pluginMessage: { answer } }, '*');
});
parent.postMessage({ pluginMessage: 'hello' }, '*');
parent.postMessage('not for the plugin', '*');
</script></body></html>`;

const HARNESS = `
import { PluginWindow } from './test/host/page/plugin-window.ts';
window.open_ = (html, themeColors = true) => {
  window.received = [];
  window.userCloses = 0;
  window.pluginWindow = new PluginWindow({
    container: document.body, theme: 'light', onUserClose: () => window.userCloses++,
  });
  const listeners = [];
  pluginWindow.listen((message) => { received.push(message); listeners.splice(0).forEach((f) => f()); });
  pluginWindow.show(html, { widthPx: 300, heightPx: 200, title: 'Probe', isVisible: true, themeColors });
  window.ask = (expression) => {
    pluginWindow.post({ ask: expression });
    return new Promise((resolve) => {
      const look = () => {
        const i = received.findIndex((m) => m && typeof m === 'object' && 'answer' in m);
        if (i >= 0) resolve(received.splice(i, 1)[0].answer); else listeners.push(look);
      };
      look();
    });
  };
};`;

const WORKER = `self.onmessage = async () => {
  new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (c) => c.charCodeAt(0))]));
  self.postMessage(bitmap.width);
}`;

/** In the UI: what a Worker made from this URL and type answers. */
const inWorker = (url: string, type: 'classic' | 'module') => `new Promise((resolve, reject) => {
  const code = ${JSON.stringify(WORKER)};
  const worker = new Worker(${url}, { type: '${type}' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = () => reject(new Error());
  worker.postMessage(0);
})`;

describe('the plugin window in a page', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    const bundle = await build({
      stdin: { contents: HARNESS, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      write: false,
      format: 'iife',
    });
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><body><script>${bundle.outputFiles[0]!.text}</script>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await open(PROBE_UI);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const open = (html: string, themeColors = true) =>
    page.evaluate(([html, themeColors]) => (window as never as Harness).open_(html, themeColors), [
      html,
      themeColors,
    ] as const);
  const ask = (expression: string) =>
    page.evaluate((expression) => (window as never as Harness).ask(expression), expression);

  it('delivers what was posted before the UI had loaded', async () => {
    expect(await ask('1 + 1')).toBe(2);
  });

  it('nests the UI three levels deep and sends from the page, not from the parent', async () => {
    expect(await ask('parent.parent.parent === top && parent.parent !== top')).toBe(true);
    expect(await ask('lastEvent.source === top && lastEvent.source !== parent')).toBe(true);
  });

  it('passes up nothing but pluginMessage', async () => {
    await ask('1');
    const received = await page.evaluate(() => (window as never as Harness).received);
    expect(received).toEqual(['hello']);
  });

  it('has a null origin and no storage', async () => {
    expect(await ask('origin')).toBe('null');
    expect(await ask('localStorage.length')).toBe('SecurityError');
    expect(await ask('document.cookie')).toBe('SecurityError');
    expect(await ask('indexedDB.open("x").readyState')).toBe('SecurityError');
  });

  it('is an insecure context', async () => {
    expect(
      await ask(
        '[isSecureContext, crossOriginIsolated, "gpu" in navigator, "caches" in self, "storage" in navigator, "SharedArrayBuffer" in self]',
      ),
    ).toEqual([false, false, false, false, false, false]);
  });

  it('blocks every request but data:', async () => {
    expect(await ask(`fetch(${JSON.stringify(page.url())})`)).toBe('TypeError');
    expect(await ask('fetch(URL.createObjectURL(new Blob(["x"])))')).toBe('TypeError');
    expect(await ask('fetch("data:,x").then((r) => r.text())')).toBe('x');
    const image = (src: string) =>
      `new Promise((ok) => { const i = new Image(); i.onload = () => ok('shown'); i.onerror = () => ok('blocked'); i.src = ${src}; })`;
    const svg = `'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'`;
    expect(await ask(image(`URL.createObjectURL(new Blob([${svg}], { type: 'image/svg+xml' }))`))).toBe(
      'blocked',
    );
    expect(await ask(image(`'data:image/svg+xml,' + encodeURIComponent(${svg})`))).toBe('shown');
  });

  it('runs classic workers from blob: and data:, but no module worker', async () => {
    expect(await ask(inWorker('URL.createObjectURL(new Blob([code]))', 'classic'))).toBe(1);
    expect(await ask(inWorker('"data:text/javascript," + encodeURIComponent(code)', 'classic'))).toBe(1);
    expect(await ask(inWorker('URL.createObjectURL(new Blob([code]))', 'module'))).toBe('Error');
  });

  it('keeps standards mode and gives the theme, which follows a change without the UI hearing of it', async () => {
    expect(await ask('document.compatMode')).toBe('CSS1Compat');
    const look = `[document.documentElement.className,
      getComputedStyle(document.documentElement).getPropertyValue('--figma-color-bg')]`;
    expect(await ask(look)).toEqual(['figma-light', '#ffffff']);
    await page.evaluate(() => (window as never as Harness).pluginWindow.setTheme('dark'));
    expect(await ask(look)).toEqual(['figma-dark', '#2c2c2c']);
    expect(await ask('heard.some((data) => !("pluginMessage" in data))')).toBe(false);
  });

  it('carries binary both ways', async () => {
    expect(await ask('new Uint8Array([1, 2, 255])')).toEqual(new Uint8Array([1, 2, 255]));
  });

  it('resizes as the plugin asks, hides without stopping the UI, and reports the close button', async () => {
    await page.evaluate(() => (window as never as Harness).pluginWindow.resize(420, 333));
    expect(await ask('[innerWidth, innerHeight]')).toEqual([420, 333]);
    await page.evaluate(() => (window as never as Harness).pluginWindow.setVisible(false));
    expect(await ask('2')).toBe(2);
    await page.evaluate(() => (window as never as Harness).pluginWindow.setVisible(true));
    await page.getByRole('button', { name: 'Close Probe' }).click();
    expect(await page.evaluate(() => (window as never as Harness).userCloses)).toBe(1);
  });

  it('carries a UI that is larger than a data: URL may be', async () => {
    await page.evaluate(() => (window as never as Harness).pluginWindow.close());
    expect(await page.locator('iframe').count()).toBe(0);
    const ballast = `<script type="text/plain" id="ballast">${'A'.repeat(5e6)}</script>`;
    await open(PROBE_UI.replace('</body>', `${ballast}</body>`), false);
    expect(await ask('document.getElementById("ballast").textContent.length')).toBe(5e6);
    expect(await ask('document.documentElement.className')).toBe('');
  });
});

interface Harness {
  open_(html: string, themeColors: boolean): void;
  ask(expression: string): Promise<unknown>;
  received: unknown[];
  userCloses: number;
  pluginWindow: PluginWindow;
}
