import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../workbench/workbench-handle.ts';
import { BOWL_SIZE_PX, eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** An image split into layers, by mouse and by keyboard, on one page: the search runs once. */
const ON_BOWL = { x: 1300, y: 480 };
const ON_FIG = { x: 960, y: 600 };

describe('everything', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open();
    await session.whenReady();
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  const slider = () => session.ui.getByRole('slider', { name: 'Detail' });
  const items = () => session.ui.getByRole('group', { name: 'Layers', exact: true }).getByRole('button');
  /** How many layers are chosen, and how many there are, as the status line says. */
  const counts = async () => {
    await session.status.filter({ hasText: /\d+ of \d+ layers chosen/ }).waitFor();
    const found = /(\d+) of (\d+) layers/.exec((await session.status.textContent()) ?? '')!;
    return { chosen: Number(found[1]), all: Number(found[2]) };
  };

  it('says how long the search takes, stops it at once, and starts it again', async () => {
    await session.ui.getByText('Everything', { exact: true }).click();
    const search = session.ui.getByRole('progressbar', { name: 'Finding everything' });
    await session.ui.getByText(/about \d+ s left/).waitFor();
    await session.button('Cancel').click();
    await search.waitFor({ state: 'detached' });
    await session.button('Start again').click();
    await search.waitFor();
    await session.screenshot('layers-1-searching');
    const { chosen, all } = await counts();
    expect(chosen).toBe(all);
    expect(await items().count()).toBe(all);
    await session.screenshot('layers-2-found');
  });

  it('shows fewer or more of them by the slider', async () => {
    await slider().focus();
    await session.page.keyboard.press('Home');
    await eventually(async () => (await counts()).all).toBe(3);
    await session.page.keyboard.press('End');
    await eventually(async () => (await counts()).all).toBeGreaterThan(5);
    await session.screenshot('layers-3-all-details');
    await session.page.keyboard.press('Home');
    for (let i = 0; i < 10; i++) await session.page.keyboard.press('ArrowRight');
    await eventually(() => slider().inputValue()).toBe('0.5');
  });

  it('outlines what is pointed at, here and in the list', async () => {
    await session.hover(ON_BOWL);
    await eventually(() => session.ui.locator('.layer-item.is-hovered').count()).toBe(1);
    await session.screenshot('layers-4-hover');
    const bowl = await session.ui.locator('.layer-item.is-hovered').getAttribute('aria-label');
    await session.hover(ON_FIG);
    await eventually(() => session.ui.locator('.layer-item.is-hovered').getAttribute('aria-label')).not.toBe(
      bowl,
    );
  });

  it('leaves out by a click, merges by Shift-clicks, and undoes both', async () => {
    const before = await counts();
    await session.click(ON_BOWL);
    await eventually(counts).toEqual({ ...before, chosen: before.chosen - 1 });
    await session.page.keyboard.press('Control+z');
    await eventually(counts).toEqual(before);
    await session.page.keyboard.down('Shift');
    await session.click(ON_BOWL);
    await session.click(ON_FIG);
    await session.page.keyboard.up('Shift');
    await eventually(() => items().count()).toBe(before.all - 1);
    await session.status
      .filter({ hasText: /Shift-click a layer to merge it with Object \d+ \(2 merged\)/ })
      .waitFor();
    await session.screenshot('layers-5-merged');
    await session.button('Reset layers').click();
    await eventually(counts).toEqual(before);
  });

  it('chooses all, none, and those larger than a share of the image', async () => {
    const { all } = await counts();
    await session.button('None').click();
    await session.status.filter({ hasText: 'No layer is chosen' }).waitFor();
    expect(await session.button('Split into layers').isDisabled()).toBe(true);
    await session.ui.getByLabel('Larger than…').selectOption('Larger than 10%');
    const { chosen } = await counts();
    expect(chosen).toBeGreaterThan(0);
    expect(chosen).toBeLessThan(all);
    await session.button('All').click();
    await eventually(counts).toEqual({ chosen: all, all });
  });

  it('chooses by keyboard, in the list and on the image', async () => {
    const { chosen, all } = await counts();
    await items().first().focus();
    await session.page.keyboard.press('Space');
    await eventually(counts).toEqual({ chosen: chosen - 1, all });
    await session.image.focus();
    await session.page.keyboard.press('ArrowRight');
    await session.page.keyboard.press('Enter');
    await eventually(counts).toEqual({ chosen: chosen - 2, all });
    await session.page.keyboard.press('Escape');
    await eventually(counts).toEqual({ chosen, all });
  });

  it('places one group of layers that look as the photo does, in one undo step', async () => {
    const before = await session.nodes();
    const photo = before.find(({ name }) => name === 'bowl')!;
    const { all } = await counts();
    await session.button('Split into layers').click();
    await session.status.filter({ hasText: 'Layers placed over “bowl”' }).waitFor();
    await session.screenshot('layers-6-placed');

    const [group] = await session.selected();
    expect(group).toMatchObject({ type: 'GROUP', name: 'bowl layers' });
    const nodes = await session.nodes();
    expect(nodes.find(({ id }) => id === photo.id)).toEqual(photo);
    const names = group!.childIds.map((id) => nodes.find((node) => node.id === id)!.name);
    expect(names).toEqual(['Background', ...Array.from({ length: all }, (_, i) => `Object ${i + 1}`)]);

    expect(await largestDifference(session, photo.id, group!.id)).toBeLessThanOrEqual(4);
    await session.pressOnToolbar('Undo');
    expect(await session.nodes()).toEqual(before);
  });

  it('makes vectors of them by Enter', async () => {
    await session.ui.getByText('Vector', { exact: true }).click();
    await session.image.focus();
    await session.page.keyboard.press('Enter');
    await session.status.filter({ hasText: 'Layers placed over “bowl”' }).waitFor();
    const [group] = await session.selected();
    const nodes = await session.nodes();
    const types = group!.childIds.map((id) => nodes.find((node) => node.id === id)!.type);
    expect(new Set(types)).toEqual(new Set(['VECTOR']));
    await session.screenshot('layers-7-vectors');
    await session.pressOnToolbar('Undo');
  });

  it('fits windows of every size, in both themes', async () => {
    const resizeTo = async (width: number, height: number) => {
      const from = (await session.ui.locator('.resize-grip').boundingBox())!;
      const frame = (await session.page.locator('.plugin-window iframe').boundingBox())!;
      await session.page.mouse.move(from.x + 8, from.y + 8);
      await session.page.mouse.down();
      await session.page.mouse.move(frame.x + width, frame.y + height, { steps: 4 });
      await session.page.mouse.up();
    };
    await resizeTo(300, 420);
    await session.screenshot('layers-8-narrow');
    await session.pressOnToolbar('Dark theme');
    await session.ui.locator(':root.figma-dark').waitFor();
    await session.screenshot('layers-8-narrow-dark');
    const { width, height } = await session.ui.locator('body').evaluate(() => ({
      width: innerWidth,
      height: innerHeight,
    }));
    expect({ width, height }).toEqual({ width: 300, height: 420 });
    for (const control of [slider(), session.button('All'), session.button('Split into layers')]) {
      const box = await control.evaluate((element) => element.getBoundingClientRect().toJSON() as DOMRect);
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(width);
      expect(box.bottom).toBeLessThanOrEqual(height);
    }
    await session.pressOnToolbar('Light theme');
    await session.page.addStyleTag({
      content: '.plugin-window iframe { width: 900px !important; height: 560px !important }',
    });
    await session.screenshot('layers-9-wide');
  });

  it('has met no error', async () => {
    session.expectNoForeignRequests();
    expect(session.pageErrors).toEqual([]);
    expect(await session.page.evaluate(() => window.workbench.double?.errors)).toEqual([]);
  });
});

/** Of any channel of any pixel, 0..255, between the photo and its layers, two pixels off the border. */
async function largestDifference(
  session: WorkbenchSession,
  photoId: string,
  groupId: string,
): Promise<number> {
  const draw = async (hiddenId: string) => {
    const bounds = await session.page.evaluate(
      ([hidden, photo]) => {
        window.workbench.document.update(hidden, { visible: false });
        return window.workbench.document.absoluteBounds(photo);
      },
      [hiddenId, photoId] as const,
    );
    // Pixel by pixel, so that nothing is drawn at another scale.
    const raster = await session.render(bounds, BOWL_SIZE_PX.width / bounds.width);
    await session.page.evaluate((id) => window.workbench.document.update(id, { visible: true }), hiddenId);
    return raster;
  };
  const photo = await draw(groupId);
  const layers = await draw(photoId);
  let largest = 0;
  for (let y = 2; y < photo.height - 2; y++) {
    for (let i = (y * photo.width + 2) * 4; i < (y * photo.width + photo.width - 2) * 4; i++) {
      largest = Math.max(largest, Math.abs(photo.pixels[i]! - layers.pixels[i]!));
    }
  }
  return largest;
}
