import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../workbench/workbench-handle.ts';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** What would empty the UI, and then cut it off from its host. */
const HOSTILE_FRAMES = [
  {
    tinycut: true,
    kind: 'event',
    name: 'selectionChanged',
    value: { images: [], emptyReason: 'nothing-selected', omittedCount: 0 },
  },
  { tinycut: true, kind: 'bye' },
];

/**
 * What goes wrong while people work, on one page: the model loads once. Every failure has to end in a sentence or in
 * a recovery, with the document as it was.
 */
describe('failures', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open({ prepare: rememberWorkers });
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  const nodeIds = async () => (await session.nodes()).map(({ id }) => id);

  it('replaces the worker when it crashes while it analyses, and gets the image ready', async () => {
    await session.analysing.waitFor();
    await crashWorker(session);
    await session.whenReady();
    expect(await session.problem.count()).toBe(0);
    expect(await session.ui.locator('body').evaluate(() => (window as never as Spied).workers.length)).toBe(
      2,
    );
  });

  it('gets a selection back after the worker crashed at rest', async () => {
    await session.click({ x: 1300, y: 480 });
    const percent = await session.selectedPercent();
    const [worker] = session.page.workers();
    await worker!.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error('crashed on purpose');
        }),
    );
    // The embedding that the host keeps is back so soon that the analysis may not be seen.
    await eventually(async () => session.page.workers().includes(worker!)).toBe(false);
    await session.whenReady();
    expect(await session.selectedPercent()).toBe(percent);
    await session.click({ x: 300, y: 950 });
    await eventually(() => session.selectedPercent()).not.toBe(percent);
    expect(await session.problem.count()).toBe(0);
  });

  it('says so when an image is damaged, and goes on with the next', async () => {
    const jpeg = readFileSync('samples/drum.jpg');
    const damaged = Uint8Array.from(jpeg, (byte, i) => (i < 200 ? byte : 0));
    await session.page.evaluate(
      (bytes) => {
        const { document } = window.workbench;
        const { hash } = document.images.keep(Uint8Array.from(bytes), { width: 1600, height: 1066 });
        const fills = [{ type: 'IMAGE' as const, scaleMode: 'FILL' as const, imageHash: hash }];
        document.add('RECTANGLE', { name: 'damaged', width: 400, height: 300, fills });
      },
      [...damaged],
    );
    await session.selectLayer('damaged');
    await session.problem.filter({ hasText: /can.t be read.*damaged/ }).waitFor();
    await session.screenshot('failure-damaged-image');
    await session.selectLayer('bowl');
    await session.whenReady();
    expect(await session.problem.count()).toBe(0);
  });

  it('takes an adjusted image as the canvas shows it, says so, and places the result', async () => {
    await session.page.evaluate(() => {
      const { document } = window.workbench;
      const bowl = document.require(document.currentPageId).childIds.map((id) => document.require(id))[0]!;
      const [fill] = bowl.fills as ImagePaint[];
      const fills = [{ ...fill!, filters: { saturation: -1, exposure: 0.3 } }];
      const place: Transform = [
        [1, 0, 0],
        [0, 1, 600],
      ];
      document.add('RECTANGLE', {
        name: 'adjusted',
        width: 400,
        height: 270,
        relativeTransform: place,
        fills,
      });
    });
    const before = await nodeIds();
    await session.selectLayer('adjusted');
    await session.ui.getByRole('note').filter({ hasText: 'the image is adjusted' }).waitFor();
    await session.whenReady();
    expect(await session.problem.count()).toBe(0);
    expect(await nodeIds()).toEqual(before);
    await session.click({ x: 1300, y: 480 });
    await session.apply('cutout');
    await session.screenshot('adjusted-image');
    const [cutout] = await session.selected();
    expect(cutout!.name).toBe('adjusted cutout');
    await session.pressOnToolbar('Undo');
    expect(await nodeIds()).toEqual(before);
    await session.selectLayer('bowl');
    // The image before is ready too: what shows has to be the bowl first.
    await session.ui.getByRole('application', { name: 'Image of bowl' }).waitFor();
    await session.whenReady();
    expect(await session.ui.getByRole('note').count()).toBe(0);
  });

  it('follows a selection that changes while it analyses', async () => {
    await session.addPhoto('samples/drum.jpg');
    await session.analysing.waitFor();
    await session.dropPhoto('dogs.jpg', 'image/jpeg', readFileSync('samples/dogs.jpg'));
    await session.ui.getByRole('application', { name: 'Image of dogs' }).waitFor();
    await session.whenReady();
    expect(await session.problem.count()).toBe(0);
    // Cached, whatever came between.
    await session.selectLayer('bowl');
    await session.ui.getByRole('application', { name: 'Image of bowl' }).waitFor();
    await session.whenReady();
  });

  it('keeps its work but places nothing when the layer was deleted while it analysed', async () => {
    await session.addPhoto(await unseenPhoto('samples/drum.jpg'));
    await session.analysing.waitFor();
    await session.page.evaluate(() => {
      const { document } = window.workbench;
      for (const id of document.selection()) document.remove(id);
    });
    const before = await nodeIds();
    await session.whenReady();
    await session.status.filter({ hasText: 'no longer selected' }).waitFor();
    const box = (await session.image.boundingBox())!;
    await session.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await session.button('Apply as cutout').click();
    await session.problem.filter({ hasText: 'The image layer was deleted' }).waitFor();
    expect(await nodeIds()).toEqual(before);
    await session.screenshot('failure-layer-deleted');
  });

  it('leaves nothing behind when it is closed while it analyses, and opens again', async () => {
    await session.addPhoto(await unseenPhoto('samples/dogs.jpg'));
    await session.analysing.waitFor();
    const before = await session.nodes();
    await session.page.getByRole('button', { name: 'Close TinyCut' }).click();
    await eventually(() => session.page.locator('iframe').count()).toBe(0);
    await eventually(() => session.page.workers().length).toBe(0);
    expect(await session.nodes()).toEqual(before);
    expect(session.pageErrors).toEqual([]);
    await session.pressOnToolbar('Run TinyCut');
    await session.ui.getByRole('application', { name: 'Image of unseen' }).waitFor();
    expect(await session.page.evaluate(() => window.workbench.double?.errors)).toEqual([]);
  });

  it('hears nobody but its host: not frames beside it or in it', async () => {
    await session.selectLayer('bowl');
    await session.ui.getByRole('application', { name: 'Image of bowl' }).waitFor();
    await session.whenReady();
    const script = (target: string) =>
      `<script>for (const frame of ${JSON.stringify(HOSTILE_FRAMES)}) ${target}.postMessage({ pluginMessage: frame }, '*')</script>`;
    await session.page.evaluate((html) => {
      const beside = document.createElement('iframe');
      beside.srcdoc = html;
      const loaded = new Promise((resolve) => (beside.onload = resolve));
      document.body.append(beside);
      return loaded;
    }, script('parent.document.querySelector(".plugin-window iframe").contentWindow[0][0]'));
    await session.ui.locator('body').evaluate(
      (body, url) => {
        const within = body.ownerDocument.createElement('iframe');
        within.src = url;
        const loaded = new Promise((resolve) => (within.onload = resolve));
        within.hidden = true;
        body.append(within);
        return loaded;
      },
      `data:text/html,${encodeURIComponent(script('parent'))}`,
    );
    // Asks the host, which it could not once its channel were closed.
    await session.addPhoto(await unseenPhoto('samples/drum.jpg'));
    await session.ui.getByRole('application', { name: 'Image of unseen' }).waitFor();
    await session.whenReady();
    expect(await session.problem.count()).toBe(0);
    // From the page that it is in, the same messages are the host's.
    await session.page.evaluate((frames) => {
      const ui = document.querySelector<HTMLIFrameElement>('.plugin-window iframe')!.contentWindow![0]![0]!;
      for (const frame of frames) ui.postMessage({ pluginMessage: frame }, '*');
    }, HOSTILE_FRAMES);
    await session.status.filter({ hasText: 'no longer selected' }).waitFor();
  });

  it('does not take a file that is no image', async () => {
    await session.dropPhoto('notes.txt', 'text/plain', Buffer.from('no image'));
    await session.page.getByText('notes.txt is not an image that this browser can read.').waitFor();
  });
});

describe('a damaged plugin', { timeout: TEST_MS }, () => {
  it.each([
    ['worker-source', gzipSync('throw new Error("broken")'), /engine could not be started/],
    ['asset-pack', gzipSync('no model'), /damaged.*install/i],
    ['asset-wasm', Buffer.from(''), /missing.*install/i],
  ])('says what to do when its %s does not work', async (id, content, message) => {
    const session = await WorkbenchSession.open({
      prepare: async (page) => {
        const body = uiWith(id, content);
        await page.route('**/plugin/ui.html', (route) => route.fulfill({ contentType: 'text/plain', body }));
      },
    });
    try {
      await session.problem.filter({ hasText: message }).waitFor();
      await session.screenshot(`failure-${id}`);
    } finally {
      await session.close();
    }
  });
});

/** A photo that the engine has not embedded yet. */
async function unseenPhoto(path: string) {
  return { name: 'unseen.jpg', mimeType: 'image/jpeg', buffer: await sharp(path).flop().jpeg().toBuffer() };
}

/** The built UI with one part replaced, and with models that are short, since none gets as far as to be used. */
function uiWith(partId: string, content: Buffer): string {
  const parts = { 'asset-pack': gzipSync('no model'), [partId]: content };
  return Object.entries(parts).reduce(
    (html, [id, bytes]) => {
      const start = html.indexOf('>', html.indexOf(`id="${id}"`)) + 1;
      return html.slice(0, start) + bytes.toString('base64') + html.slice(html.indexOf('</script>', start));
    },
    readFileSync('dist/ui.html', 'utf8'),
  );
}

interface Spied {
  workers: Worker[];
}

/** Keeps the UI's workers where a test can reach them. */
async function rememberWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const spied = window as never as Spied;
    spied.workers = [];
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        spied.workers.push(this);
      }
    };
  });
}

/** A worker that runs WASM hears nothing; what the UI gets to know of its crash is this event. */
async function crashWorker(session: WorkbenchSession): Promise<void> {
  await session.ui.locator('body').evaluate(() => {
    const worker = (window as never as Spied).workers.at(-1)!;
    worker.terminate();
    worker.dispatchEvent(new ErrorEvent('error', { message: 'crashed on purpose' }));
  });
}
