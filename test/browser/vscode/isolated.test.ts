import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenshotFailures, TEST_MS } from '../ui-driver.ts';
import { workersByProcess } from '../worker-threads.ts';
import { redShare } from './cutout-pixels.ts';
import { serveVscode, type VscodeWeb } from './serve-vscode.ts';
import { VscodeSession } from './vscode-session.ts';

const ON_BOWL = { x: 1300, y: 480 };
/** What pages are told, whatever this machine has; the engine takes half of them. */
const PROCESSORS = 6;

/** The window's isolation reaches webviews: VS Code hands it on. */
describe('TinyCut in a VS Code that is isolated from other origins', { timeout: TEST_MS }, () => {
  let session: VscodeSession<VscodeWeb>;

  beforeAll(async () => {
    session = await VscodeSession.open(
      await serveVscode({ 'bowl.jpg': readFileSync('samples/bowl.jpg') }, { isIsolated: true }),
    );
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  it('runs its engine on threads, and cuts out what is clicked', async () => {
    const browser = session.page.context().browser()!;
    await session.page.context().addInitScript((count) => {
      Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => count });
    }, PROCESSORS);
    await session.inExplorer('bowl.jpg').waitFor();
    const before = await workersByProcess(browser);
    await session.openWithTinyCut('bowl.jpg');
    await session.whenReady();
    await session.click(ON_BOWL);
    await session.selectedPercent();
    expect(await session.ui.locator('body').evaluate(() => crossOriginIsolated)).toBe(true);
    // The window's own process has workers of its own, before as after.
    const webviews = [...(await workersByProcess(browser))].filter(([pid]) => !before.get(pid));
    expect(Math.max(...webviews.map(([, count]) => count))).toBe(PROCESSORS / 2);
    await session.apply('cutout');
    await session.inExplorer('bowl.cutout.png').waitFor();
    expect(await redShare(session.read('bowl.cutout.png')!)).toBeGreaterThan(0.7);
    expect(session.pageErrors).toEqual([]);
  });
});
