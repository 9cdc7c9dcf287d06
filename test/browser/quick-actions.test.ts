import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../workbench/workbench-handle.ts';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

const ON_BOWL = { x: 1300, y: 480 };
const ON_FIG = { x: 960, y: 600 };

/** Cutouts that are edited later, and many at once without a window. */
describe('quick actions', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;
  let percentOfBowl = 0;

  beforeAll(async () => {
    session = await WorkbenchSession.open();
    await session.whenReady();
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  const run = async (command: string) => {
    await session.page.evaluate((command) => void (window.workbench.command = command), command);
    await session.pressOnToolbar('Run TinyCut');
  };
  const isRunning = () => session.page.evaluate(() => window.workbench.isRunning.value);

  it('keeps the clicks with the cutout, and the embedding of the image', async () => {
    await session.click(ON_BOWL);
    percentOfBowl = await session.selectedPercent();
    await session.apply('cutout');
    const [cutout] = await session.selected();
    expect(cutout!.pluginData['cutout']).toContain('"points":[{');
    await eventually(() => session.page.evaluate(() => window.workbench.storage.keys())).toEqual(
      expect.arrayContaining(['embedding', 'last-cutout']) as never,
    );
  });

  it('opens them again, without embedding the image again', async () => {
    await session.page.getByRole('button', { name: 'Close TinyCut' }).click();
    await eventually(isRunning).toBe(false);
    await session.page.evaluate(() => {
      const { storage } = window.workbench;
      const set = storage.set.bind(storage);
      storage.set = (key, value) => {
        (window as never as { written: string[] }).written = [key];
        set(key, value);
      };
    });
    await run('edit');
    await session.status.filter({ hasText: 'Editing “bowl cutout”' }).waitFor();
    await session.screenshot('quick-1-editing');
    await eventually(() => session.overlayCoverage()).toBeGreaterThan(0.01);
    expect(await session.page.evaluate(() => (window as never as { written?: string[] }).written)).toBe(
      undefined,
    );
  });

  it('puts what is applied in the place of the cutout', async () => {
    const before = await session.nodes();
    await session.click(ON_FIG, { alt: true });
    await eventually(() => session.selectedPercent()).toBeLessThan(percentOfBowl);
    await session.button('Apply as cutout').click();
    await session.status.filter({ hasText: 'Cutout updated.' }).waitFor();
    const after = await session.nodes();
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(after.at(-1)!.fills).not.toEqual(before.at(-1)!.fills);
    await session.screenshot('quick-2-updated');
    await session.pressOnToolbar('Undo');
    expect(await session.nodes()).toEqual(before);
  });

  it('removes backgrounds without a window, in frames that paint nothing', async () => {
    await session.page.getByRole('button', { name: 'Close TinyCut' }).click();
    await eventually(isRunning).toBe(false);
    // As in a frame that is hidden: no animation frame ever comes.
    await session.page.addInitScript(() => {
      if (window !== top) window.requestAnimationFrame = () => 0;
    });
    const before = (await session.nodes()).length;
    await session.addPhoto('samples/bowl.jpg');
    await eventually(async () => (await session.nodes()).length).toBe(before + 1);
    await session.page.evaluate(() => {
      const { document } = window.workbench;
      const ids = document.require(document.currentPageId).childIds;
      window.workbench.select(ids.filter((id) => document.require(id).name === 'bowl'));
    });
    await run('subject');
    const cancel = session.page.getByRole('button', { name: 'Cancel', exact: true });
    await cancel.waitFor();
    await session.screenshot('quick-3-running');
    expect(await session.page.locator('.plugin-window').isVisible()).toBe(false);
    await eventually(isRunning).toBe(false);
    expect((await session.nodes()).length).toBe(before + 3);
    await session.page.getByText('2 backgrounds removed.').waitFor();
    await session.screenshot('quick-4-done');
    const cutouts = await session.selected();
    expect(cutouts.map(({ name }) => name)).toEqual(['bowl cutout', 'bowl cutout']);
    expect(session.pageErrors).toEqual([]);
  });
});
