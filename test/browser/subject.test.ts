import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../workbench/workbench-handle.ts';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** The background goes with one button: no click on the image. */
describe('remove background', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open();
    await session.whenReady();
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  it('selects the subject, with other guesses by key', async () => {
    await session.button('Remove background').click();
    const percent = await session.selectedPercent();
    // The bowl with its figs is about a third of the photo.
    expect(percent).toBeGreaterThan(15);
    expect(percent).toBeLessThan(60);
    expect(await session.overlayCoverage()).toBeGreaterThan(0);
    expect(await session.status.textContent()).toContain('Not it? Press 2 or 3.');
    await session.screenshot('subject-1-found');
    await session.page.keyboard.press('2');
    await eventually(() => session.checkedMaskSize()).toBe('part');
    await session.status.filter({ hasText: 'Not it? Press 1 or 3.' }).waitFor();
    await session.screenshot('subject-2-second-guess');
    await session.page.keyboard.press('1');
    await eventually(() => session.selectedPercent()).toBe(percent);
  });

  it('places the cutout over the photo, and undo takes it away', async () => {
    const before = await session.nodes();
    await session.apply('cutout');
    const [cutout] = await session.selected();
    expect(cutout).toMatchObject({ name: 'bowl cutout' });
    await session.screenshot('subject-3-placed');
    await session.pressOnToolbar('Undo');
    expect(await session.nodes()).toEqual(before);
  });

  it('starts over by Escape and finds it again by its key', async () => {
    // With nothing selected on the canvas the status line would say so instead of the share.
    await session.selectLayer('bowl');
    await session.image.focus();
    await session.page.keyboard.press('Escape');
    await eventually(() => session.button('Clear selection').isDisabled()).toBe(true);
    await session.page.keyboard.press('b');
    expect(await session.selectedPercent()).toBeGreaterThan(15);
    expect(session.pageErrors).toEqual([]);
  });
});
