import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, screenshotFailures, TEST_MS } from '../browser/ui-driver.ts';
import { opaqueExtent, redShare } from '../browser/vscode/cutout-pixels.ts';
import { VscodeSession } from '../browser/vscode/vscode-session.ts';
import { serveCodeServer, type CodeServer } from './serve-code-server.ts';

/** The package in a VS Code whose extension host is a Node process. Each step begins where the one before it ended. */
const IMAGES = { 'bowl.jpg': readFileSync('samples/bowl.jpg'), 'drum.jpg': readFileSync('samples/drum.jpg') };
const ON_BOWL = { x: 1300, y: 480 };

describe('TinyCut in VS Code with Node', { timeout: TEST_MS }, () => {
  let session: VscodeSession<CodeServer>;

  beforeAll(async () => {
    session = await VscodeSession.open(await serveCodeServer(IMAGES));
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  it('cuts out what is clicked, into a file on the disk', async () => {
    await session.openWithTinyCut('bowl.jpg');
    await session.whenReady();
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.apply('cutout');
    await session.inExplorer('bowl.cutout.png').waitFor();
    expect(session.names).toEqual(['bowl.cutout.png', 'bowl.jpg', 'drum.jpg']);
    expect(await redShare(session.read('bowl.cutout.png')!)).toBeGreaterThan(0.7);
    expect(session.read('bowl.jpg')).toEqual(IMAGES['bowl.jpg']);
    await eventually(() => session.tab('bowl.jpg').getAttribute('class')).not.toMatch(/dirty/);
    await session.leaveButtons();
    await session.screenshot('vscode-desktop');
  });

  it('takes it back by undo', async () => {
    await session.page.keyboard.press('Control+z');
    await eventually(() => session.names).toEqual(['bowl.jpg', 'drum.jpg']);
  });

  it('splits an image into layers', async () => {
    await session.chooseInExplorer('bowl.jpg', 'Split into Layers');
    await session.button('Split into layers').and(session.ui.locator(':enabled')).click();
    await eventually(() => session.read('bowl.layers/layers.json')).toBeDefined();
    const { layers } = JSON.parse(session.read('bowl.layers/layers.json')!.toString()) as {
      layers: { file: string }[];
    };
    expect(layers.length).toBeGreaterThan(2);
    for (const { file } of layers) expect(session.names).toContain(`bowl.layers/${file}`);
  });

  it('removes the backgrounds of several files, and takes that back', async () => {
    const before = session.names;
    await session.selectInExplorer('bowl.jpg', 'drum.jpg');
    await session.chooseInExplorer('drum.jpg', 'Remove Background');
    const summary = session.notification('2 backgrounds removed.');
    await summary.waitFor();
    for (const name of ['bowl.cutout.png', 'drum.cutout.png']) {
      const { pixels, width, height } = await opaqueExtent(session.read(name)!);
      expect(pixels).toBeGreaterThan(1000);
      expect(pixels / (width * height)).toBeLessThan(0.95);
    }
    await session.screenshot('vscode-desktop-remove-background');
    await summary.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => session.names).toEqual(before);
  });

  it('runs in the Node extension host, and breaks no rule of its policy', () => {
    expect(session.host.nodeHostLog).toMatch(/tinycut\.tinycut/);
    expect(session.pageErrors).toEqual([]);
  });
});
