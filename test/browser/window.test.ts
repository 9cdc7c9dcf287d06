import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenshotFailures, TEST_MS } from './ui-driver.ts';
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
});
