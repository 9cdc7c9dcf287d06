import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdEngine, letEngineGo, makeEngineHoldable } from './hold-engine.ts';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** What people need who use keys, a screen reader, high contrast, or no movement. axe-core's part is in ui-states.test.ts. */
const ON_BOWL = { x: 1300, y: 480 };

interface Stop {
  name: string;
  hasRing: boolean;
}

describe('accessibility', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open({ prepare: makeEngineHoldable });
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  /** Of the analysis, as its progress bar tells it; 0 before there is one. */
  const percent = async () => {
    const isThere = (await session.analysing.count()) > 0;
    return isThere ? Number(await session.analysing.getAttribute('aria-valuenow')) : 0;
  };
  const styleOf = (selector: string, property: 'transitionDuration' | 'backgroundColor') =>
    session.ui
      .locator(selector)
      .first()
      .evaluate((element, property) => getComputedStyle(element)[property], property);

  it('moves nothing for those who asked for that', async () => {
    // The network runs from here on, and tells nothing.
    await eventually(percent).toBeGreaterThanOrEqual(10);
    await holdEngine(session);
    expect(await styleOf('.progress-bar', 'transitionDuration')).not.toBe('0s');
    await session.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await styleOf('.progress-bar', 'transitionDuration')).toBe('0s');
    const animations = await session.ui
      .locator('body')
      .evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
    expect(animations).toBe(0);
    await session.page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('goes on telling how far the analysis may be while the engine can’t', async () => {
    const before = await percent();
    await eventually(percent).toBeGreaterThan(before);
    expect(await percent()).toBeLessThan(100);
    await letEngineGo(session);
  });

  it('tells how far the analysis is, and what comes next', async () => {
    await session.whenReady();
    await eventually(() => session.status.textContent()).toMatch(/Hover to preview/);
    await session.click(ON_BOWL);
    await session.selectedPercent();
    // In the tree that a screen reader gets.
    const tree = await session.ui.locator('body').ariaSnapshot();
    for (const part of [
      '- main:',
      '- heading "Image of bowl" [level=1]',
      '- application "Image of bowl"',
      '- group "Tools":',
      '- button "Select" [pressed]',
      '- button "Paint"',
      '- group "Zoom":',
      '- contentinfo:',
      '- radio "Object" [checked]',
      '- group "Mask size":',
      '- button "Edge & outline"',
      '- group "Apply as":',
      '- button "Apply as cutout"',
      '- status:',
    ]) {
      expect(tree).toContain(part);
    }
    expect(tree).toMatch(/- status: .*\d+% selected/);
  });

  it('is reached by Tab, control by control, with a ring around each, and left again', async () => {
    await session.image.focus();
    const stops: Stop[] = [];
    for (let i = 0; i < 40; i++) {
      await session.page.keyboard.press('Tab');
      const stop = await session.ui.locator('body').evaluate((): Stop | null => {
        const element = document.activeElement as HTMLElement | null;
        if (!element || element === document.body || !document.hasFocus()) return null;
        const input = element as HTMLInputElement;
        const name = element.ariaLabel ?? input.labels?.[0]?.textContent ?? element.textContent ?? '';
        // Of a radio button, the ring is around its segment.
        const ringed = element.nextElementSibling?.matches('.segment-face')
          ? element.nextElementSibling
          : element;
        const { outlineStyle, outlineWidth } = getComputedStyle(ringed);
        return { name, hasRing: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
      });
      if (!stop) break;
      stops.push(stop);
    }
    expect(stops.length).toBeLessThan(40);
    expect(stops.filter(({ hasRing }) => !hasRing)).toEqual([]);
    expect(stops.map(({ name }) => name)).toEqual([
      'Select',
      'Paint',
      'Erase',
      'Invert',
      'Zoom out',
      expect.stringMatching(/^Zoom to fit/),
      'Zoom in',
      'Object',
      'Undo',
      'Clear selection',
      expect.stringMatching(/^(Whole|Part|Detail)$/),
      'Remove background',
      'Edge & outline',
      'Apply as cutout',
      'Apply as vector',
      'Apply as mask group',
      'Resize the window',
    ]);
  });

  it('paints, inverts and opens the settings by keys alone', async () => {
    const { page } = session;
    await session.image.focus();
    await page.keyboard.press('p');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await session.status.filter({ hasText: /\d+% selected, painted by hand/ }).waitFor();
    await page.keyboard.press('i');
    await eventually(() => session.button('Invert').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('o');
    await session.ui.getByRole('slider', { name: 'Outline' }).waitFor();
    await page.keyboard.press('o');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await session.selectedPercent();
  });

  it('resizes the window by arrow keys, down to its smallest', async () => {
    const sizeOf = () => session.ui.locator('body').evaluate(() => [innerWidth, innerHeight]);
    const [width, height] = await sizeOf();
    await session.button('Resize the window').focus();
    await session.page.keyboard.press('ArrowRight');
    await eventually(sizeOf).toEqual([width! + 10, height]);
    await session.page.keyboard.press('Shift+ArrowDown');
    await eventually(sizeOf).toEqual([width! + 10, height! + 50]);
    await session.page.keyboard.press('ArrowLeft');
    await eventually(sizeOf).toEqual([width, height! + 50]);
    await session.page.keyboard.press('Shift+ArrowUp');
    await eventually(sizeOf).toEqual([width, height]);
    // A press goes by the size that the window has: on a busy machine the next would come before that has changed.
    for (let press = 0; press < 12 && (await sizeOf())[1]! > 400; press++) {
      const [, before] = await sizeOf();
      await session.page.keyboard.press('Shift+ArrowUp');
      await eventually(async () => (await sizeOf())[1]).toBeLessThan(before!);
    }
    await session.page.keyboard.press('Shift+ArrowUp');
    expect(await sizeOf()).toEqual([width, 400]);
    for (let press = 0; press < 12 && (await sizeOf())[1]! < height!; press++) {
      const [, before] = await sizeOf();
      await session.page.keyboard.press(height! - before! >= 50 ? 'Shift+ArrowDown' : 'ArrowDown');
      await eventually(async () => (await sizeOf())[1]).toBeGreaterThan(before!);
    }
    expect(await sizeOf()).toEqual([width, height]);
  });

  it('keeps the focus where a result was ordered', async () => {
    await session.button('Apply as cutout').focus();
    await session.page.keyboard.press('Enter');
    await session.status.filter({ hasText: 'placed over' }).waitFor();
    const focused = await session.ui.locator('body').evaluate(() => document.activeElement?.ariaLabel);
    expect(focused).toBe('Apply as cutout');
  });

  it('shows what is chosen in forced colours too', async () => {
    await session.page.emulateMedia({ forcedColors: 'active' });
    const chosen = await styleOf('input[value=object]:checked + .segment-face', 'backgroundColor');
    const other = await styleOf('input[value=everything] + .segment-face', 'backgroundColor');
    expect(chosen).not.toBe(other);
    expect(await styleOf('.icon-button[aria-pressed=true]', 'backgroundColor')).not.toBe(
      await styleOf('.icon-button[aria-pressed=false]', 'backgroundColor'),
    );
    await session.page.emulateMedia({ forcedColors: 'none' });
    expect(session.pageErrors).toEqual([]);
  });
});
