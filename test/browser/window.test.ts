import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** How the window is laid out, at every size that it may have. */
const ON_BOWL = { x: 1300, y: 480 };

describe('the window', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open({ viewportPx: { width: 1360, height: 960 } });
    await session.whenReady();
    await session.click(ON_BOWL);
    await session.selectedPercent();
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  const edgeButton = () => session.button('Edge & outline');
  const descriptionOf = () =>
    edgeButton().evaluate(
      (button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
    );
  const shift = () => session.ui.getByRole('slider', { name: 'Shift', exact: true });

  it('marks settings of the edge that hold while their drawer is closed, until they are reset', async () => {
    expect(await descriptionOf()).toBe('');
    await edgeButton().click();
    expect(await session.button('Reset').isDisabled()).toBe(true);
    await shift().focus();
    await session.page.keyboard.press('ArrowLeft');
    await session.ui.getByText('shrunk by 1 px', { exact: true }).waitFor();
    await edgeButton().click();
    expect(await descriptionOf()).toBe('changed');
    expect(await session.ui.locator('.changed-mark').isVisible()).toBe(true);
    await session.screenshot('window-1-changed');
    await edgeButton().click();
    await session.button('Reset').click();
    await edgeButton().click();
    expect(await descriptionOf()).toBe('');
    expect(await session.ui.locator('.changed-mark').count()).toBe(0);
  });

  /** Where tooltips reach to, with what they say, and how many lines that takes. */
  const tooltips = () =>
    session.ui.locator('[data-tip]:visible').evaluateAll((controls) =>
      controls.map((control) => {
        const { left, width, top } = control.getBoundingClientRect();
        const style = getComputedStyle(control, '::after');
        const [tipLeft, tipWidth] = [Number.parseFloat(style.left), Number.parseFloat(style.width)];
        const start = left + control.clientLeft + tipLeft;
        const middle = Math.abs(start + tipWidth / 2 - left - width / 2);
        const height = Number.parseFloat(style.height);
        return { tip: control.dataset['tip'], start, end: start + tipWidth, middle, height, top };
      }),
    );

  it('cuts off no tooltip, and has them over the middle of their controls where there is room', async () => {
    await edgeButton().click();
    for (const tool of ['Paint', 'Everything'] as const) {
      if (tool === 'Paint') await session.button(tool).click();
      else await session.ui.getByText(tool, { exact: true }).click();
      for (const width of [300, 320, 420, 860]) {
        await session.setWindowSize(width, 700);
        await session.page.mouse.move(5, 5);
        await session.button('Zoom in').hover();
        const found = await tooltips();
        expect(found.length).toBeGreaterThan(10);
        const cut = found.filter(({ start, end }) => start < 0 || end > width);
        expect(cut, `at ${width} px`).toEqual([]);
        const isMoved = ({ start, end, middle }: (typeof found)[number]) =>
          middle > 1 && start > 5 && end < width - 5;
        expect(found.filter(isMoved), `at ${width} px`).toEqual([]);
        expect(found.filter(({ height }) => height > 60)).toEqual([]);
      }
    }
    await session.setWindowSize(300, 560);
    await session.ui.getByText('Object', { exact: true }).click();
    await session.button('Remove background').hover();
    await session.page.waitForTimeout(800);
    await session.screenshot('window-3-tooltip');
    await session.page.mouse.move(5, 5);
    await session.setWindowSize(420, 560);
    await edgeButton().click();
    await session.page.keyboard.press('v');
  });

  const boxOf = (selector: string) =>
    session.ui
      .locator(selector)
      .evaluate(
        (element) => element.getBoundingClientRect().toJSON() as Record<'x' | 'y' | 'height', number>,
      );
  const cutout = '[aria-label="Apply as cutout"]';

  it('keeps the buttons for results in their place when the drawer opens', async () => {
    for (const width of [824, 860, 1200]) {
      await session.setWindowSize(width, 700);
      const before = await boxOf(cutout);
      await edgeButton().click();
      await shift().waitFor();
      await session.screenshot(`window-4-wide-${width}`);
      expect(await boxOf(cutout)).toEqual(before);
      await edgeButton().click();
      await shift().waitFor({ state: 'hidden' });
    }
    await session.setWindowSize(420, 560);
  });

  it('shows enough of the picture beside the drawer in a low window, and all controls by scrolling', async () => {
    await edgeButton().click();
    for (const [width, height] of [
      [320, 400],
      [300, 400],
    ] as const) {
      await session.setWindowSize(width, height);
      expect((await boxOf('.stage')).height).toBeGreaterThanOrEqual(160);
      await session.button('Apply as cutout').scrollIntoViewIfNeeded();
      await session.screenshot(`window-5-low-${width}`);
      const { y, height: buttonHeight } = await boxOf(cutout);
      expect(y + buttonHeight).toBeLessThanOrEqual(height);
      // The picture stays in view.
      expect((await boxOf('.stage')).y).toBe(0);
    }
    await session.button('Apply as cutout').focus();
    await session.ui.locator('input[name=task]:checked').focus();
    await eventually(async () => (await boxOf('.panel')).y).toBe((await boxOf('.stage')).height);
    await edgeButton().click();
    await session.setWindowSize(420, 560);
  });

  it('says beside each slider of the edge how it stands, and which way it goes', async () => {
    const { page, ui } = session;
    await edgeButton().click();
    const valuesOf = async (name: string) => {
      const slider = ui.getByRole('slider', { name, exact: true });
      const { width } = (await slider.boundingBox())!;
      const values: (string | null)[] = [];
      for (const key of ['Home', 'ArrowRight', 'End']) {
        await slider.focus();
        await page.keyboard.press(key);
        const value = slider.locator('~ .slider-value');
        await eventually(() => value.textContent()).toBe(await slider.getAttribute('aria-valuetext'));
        values.push(await value.textContent());
        expect(await value.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
        expect((await slider.boundingBox())!.width).toBe(width);
      }
      return values;
    };
    expect(await valuesOf('Edge')).toEqual(['hard', '5% soft', 'soft']);
    expect(await valuesOf('Shift')).toEqual(['shrunk by 10 px', 'shrunk by 9 px', 'grown by 10 px']);
    expect(await valuesOf('Smooth')).toEqual(['as it is', '5% smooth', 'smooth']);
    expect(await valuesOf('Outline')).toEqual(['few nodes', '5% exact', 'exact']);
    await session.screenshot('window-2-drawer');
    await session.button('Reset').click();
    await edgeButton().click();
  });

  it('has the picture where it was when a result is placed', async () => {
    await session.page.mouse.move(5, 5);
    await session.selectedPercent();
    const before = await boxOf('.stage');
    await session.apply('mask-group');
    expect(await session.status.textContent()).toMatch(/placed over “bowl”. \d+ nodes/);
    await session.screenshot('window-6-placed');
    expect(await boxOf('.stage')).toEqual(before);
    await session.pressOnToolbar('Undo');
  });
});
