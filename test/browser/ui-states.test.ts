import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../workbench/workbench-handle.ts';
import { axeViolations } from './axe.ts';
import { holdEngine, letEngineGo, makeEngineHoldable } from './hold-engine.ts';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/**
 * Every state that the UI can be in, one after the other on one page. In both themes axe-core looks at each, and
 * pictures of it are left in `test/output/screens`, for a person to look at: `npm run screenshots` makes just these.
 */
const FOLDER = 'test/output/screens';
const ON_BOWL = { x: 1300, y: 480 };
const ON_FIG = { x: 960, y: 600 };
const FIG_BOX = { x: 640, y: 370, width: 500, height: 460 };

describe('every state of the UI', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;
  let shotCount = 0;

  beforeAll(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    session = await WorkbenchSession.open({
      prepare: makeEngineHoldable,
      viewportPx: { width: 1360, height: 960 },
    });
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  /** Pictures of the plugin's window in each look, and what axe says of the light and the dark one. */
  async function look(name: string): Promise<void> {
    const number = String(++shotCount).padStart(2, '0');
    const { page } = session;
    const shoot = (kind: string) =>
      page.locator('.plugin-window').screenshot({ path: `${FOLDER}/${number}-${name}-${kind}.png` });
    for (const theme of ['dark', 'light'] as const) {
      await page.evaluate((theme) => window.workbench.setTheme(theme), theme);
      await session.ui.locator(`:root.figma-${theme}`).waitFor();
      await shoot(theme);
      expect.soft(await axeViolations(session), `${name}, ${theme}`).toEqual([]);
    }
    await page.emulateMedia({ forcedColors: 'active' });
    await shoot('forced-colors');
    await page.emulateMedia({ forcedColors: 'none' });
  }

  const closePlugin = async () => {
    await session.page.getByRole('button', { name: 'Close TinyCut' }).click();
    await eventually(() => session.page.locator('iframe').count()).toBe(0);
  };
  const runPlugin = async (command = '') => {
    await session.page.evaluate((command) => void (window.workbench.command = command), command);
    await session.pressOnToolbar('Run TinyCut');
  };
  const select = (...names: string[]) =>
    session.page.evaluate((names) => {
      const { document } = window.workbench;
      const ids = document.require(document.currentPageId).childIds;
      window.workbench.select(ids.filter((id) => names.includes(document.require(id).name)));
    }, names);

  /** Undo selects nothing, and the status line would say so in all that follows. */
  const undoOnCanvas = async () => {
    await session.pressOnToolbar('Undo');
    await select('bowl');
  };

  it('starting the engine, with the picture there before it', async () => {
    await session.image.waitFor();
    await session.ui.getByRole('progressbar', { name: 'Starting the engine' }).waitFor();
    await holdEngine(session);
    await look('starting');
    await letEngineGo(session);
  });

  it('analysing the image', async () => {
    const percent = async () => Number(await session.analysing.getAttribute('aria-valuenow'));
    await eventually(percent).toBeGreaterThanOrEqual(10);
    await holdEngine(session);
    await look('analysing');
    await session.button('Cancel').click();
    await look('analysis-stopped');
    await letEngineGo(session);
    await session.button('Start again').click();
  });

  it('ready, and a preview under the pointer', async () => {
    await session.whenReady();
    await session.page.mouse.move(5, 5);
    await look('ready');
    await session.hover(ON_BOWL);
    await eventually(() => session.overlayCoverage()).toBeGreaterThan(0.01);
    await look('hover');
  });

  it('a mask with clicks', async () => {
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.click(ON_FIG, { alt: true });
    await session.selectedPercent();
    await session.page.mouse.move(5, 5);
    await look('clicks');
    await session.button('Undo').hover();
    await session.page.waitForTimeout(800);
    await look('tooltip');
    await session.button('Undo').focus();
    await session.page.keyboard.press('Shift+Tab');
    await session.page.keyboard.press('Tab');
    await look('focus-on-control');
    await session.image.focus();
    await session.page.keyboard.press('ArrowLeft');
    await look('crosshair');
    await session.page.keyboard.press('Escape');
  });

  it('a box', async () => {
    await session.dragBox(FIG_BOX);
    await session.selectedPercent();
    await session.page.mouse.move(5, 5);
    await look('box');
    await session.page.keyboard.press('Escape');
  });

  it('zoomed to pixels', async () => {
    await session.click(ON_BOWL);
    await session.selectedPercent();
    for (let i = 0; i < 16; i++) await session.button('Zoom in').click();
    await session.page.mouse.move(5, 5);
    await look('zoomed');
    await session.page.keyboard.press('0');
  });

  it('a brush on the mask, and the mask inverted', async () => {
    await session.button('Paint').click();
    await session.hover({ x: 150, y: 700 });
    await session.page.mouse.down();
    await session.hover({ x: 420, y: 960 });
    await session.page.mouse.up();
    await look('brush');
    await session.setWindowSize(300, 400);
    await look('smallest-brush');
    await session.setWindowSize(420, 560);
    await session.page.keyboard.press('i');
    await session.page.keyboard.press('v');
    await look('inverted');
  });

  it('the guesses at the subject', async () => {
    await session.button('Clear selection').click();
    await session.button('Remove background').click();
    await session.selectedPercent();
    await session.page.mouse.move(5, 5);
    await look('subject');
  });

  it('making a cutout, and done', async () => {
    await holdEngine(session);
    await session.button('Apply as vector').click();
    await look('applying');
    await letEngineGo(session);
    await session.status.filter({ hasText: 'placed over' }).waitFor();
    await session.page.mouse.move(5, 5);
    await look('applied');
    await undoOnCanvas();
  });

  it('the settings of the edge', async () => {
    await session.button('Edge & outline').click();
    await session.page.mouse.move(5, 5);
    await look('edge-and-outline');
    await session.setWindowSize(300, 400);
    await look('smallest-edge-and-outline');
    await session.setWindowSize(420, 560);
    await session.ui.getByRole('checkbox', { name: 'Fit the edge to the image' }).check();
    await session.page.mouse.move(5, 5);
    await eventually(() => session.isOutlineDrawn()).toBe(false);
    await look('edge-fitted');
    await session.ui.getByRole('checkbox', { name: 'Fit the edge to the image' }).uncheck();
    await session.button('Edge & outline').click();
  });

  it('an object, in small and large windows', async () => {
    await session.setWindowSize(300, 400);
    await look('smallest-object');
    await session.setWindowSize(300, 560);
    await look('narrow-object');
    await session.setWindowSize(860, 700);
    await look('wide-object');
    await session.setWindowSize(420, 560);
  });

  it('searching for everything', async () => {
    await session.ui.getByText('Everything', { exact: true }).click();
    await session.ui.getByText(/about \d+ s left/).waitFor();
    await holdEngine(session);
    await look('searching');
    await session.button('Cancel').click();
    await look('search-stopped');
    await letEngineGo(session);
    await session.button('Start again').click();
  });

  it('everything as layers', async () => {
    await session.status.filter({ hasText: /\d+ of \d+ layers chosen/ }).waitFor();
    await look('layers');
    await session.hover(ON_BOWL);
    await look('layers-hover');
    await session.page.keyboard.down('Shift');
    await session.click(ON_BOWL);
    await session.page.keyboard.up('Shift');
    await look('layers-merging');
    await session.button('None').click();
    await look('layers-none');
    await session.button('All').click();
  });

  it('making layers, and done', async () => {
    await holdEngine(session);
    await session.button('Split into layers').click();
    await look('splitting');
    await letEngineGo(session);
    await session.status.filter({ hasText: 'Layers placed over' }).waitFor();
    await look('split');
    await undoOnCanvas();
  });

  it('layers, in small and large windows', async () => {
    await session.setWindowSize(300, 400);
    await look('smallest-layers');
    await session.setWindowSize(300, 560);
    await look('narrow-layers');
    await session.setWindowSize(860, 700);
    await look('wide-layers');
    await session.setWindowSize(420, 560);
    await session.ui.getByText('Object', { exact: true }).click();
  });

  it('several images, and one that can’t be read', async () => {
    await session.page.evaluate(() => {
      const { document } = window.workbench;
      const { hash } = document.images.keep(new Uint8Array(900).fill(7), { width: 1600, height: 1066 });
      const fills = [{ type: 'IMAGE' as const, scaleMode: 'FILL' as const, imageHash: hash }];
      const relativeTransform: Transform = [
        [1, 0, 900],
        [0, 1, 0],
      ];
      for (const name of ['A photo that is broken and has a long name', 'drum at dusk'])
        document.add('RECTANGLE', { name, width: 400, height: 300, fills, relativeTransform });
      document.commitUndo();
    });
    await select('bowl', 'A photo that is broken and has a long name', 'drum at dusk');
    await session.button('drum at dusk').waitFor();
    await session.whenReady();
    await look('several-images');
    await select('A photo that is broken and has a long name');
    await session.problem.waitFor();
    await look('unreadable-image');
    await session.setWindowSize(300, 400);
    await look('smallest-problem');
    await session.setWindowSize(420, 560);
  });

  it('a result that could not be placed', async () => {
    await select('bowl');
    await session.ui.getByRole('application', { name: 'Image of bowl' }).waitFor();
    await session.whenReady();
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.page.evaluate(() => {
      const [bowl] = window.workbench.document.selection();
      window.workbench.edit((document) => document.remove(bowl!));
    });
    await session.button('Apply as cutout').click();
    await session.problem.filter({ hasText: 'deleted' }).waitFor();
    await look('layer-deleted');
    await session.page.evaluate(() => window.workbench.undo());
  });

  it('removing backgrounds of several images, and how it ended', async () => {
    await closePlugin();
    await select('bowl', 'A photo that is broken and has a long name', 'drum at dusk');
    await runPlugin('subject');
    // It runs without a window; what that shows is seen once the user asks for it.
    await session.page
      .locator('.plugin-window')
      .evaluate((window) => window.style.setProperty('visibility', 'visible'));
    await session.ui.getByRole('progressbar', { name: /Removing/ }).waitFor();
    await holdEngine(session);
    await look('removing');
    await letEngineGo(session);
    await session.button('Open the image').waitFor();
    await look('removed');
    await session.setWindowSize(300, 400);
    await look('smallest-removed');
  });

  it('nothing to work on', async () => {
    await closePlugin();
    await select();
    await runPlugin();
    await session.ui.getByRole('heading').waitFor();
    await look('empty');
    await session.setWindowSize(300, 400);
    await look('smallest-empty');
    await session.setWindowSize(420, 560);
    expect(session.pageErrors).toEqual([]);
  });
});
