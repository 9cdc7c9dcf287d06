import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import type {} from '../../workbench/workbench-handle.ts';
import { BOWL_SIZE_PX, eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

const ON_BOWL = { x: 1300, y: 480 };
/** Apart by less than a screen pixel in most windows; away from the click's mark. */
const POINTS: readonly Point[] = Array.from({ length: 160 * 108 }, (_, i) => ({
  x: 5 + (i % 160) * 10,
  y: 5 + Math.floor(i / 160) * 10,
})).filter(({ x, y }) => Math.hypot(x - ON_BOWL.x, y - ON_BOWL.y) > 80);

/** A coffee grinder, an eighth as wide as the picture. */
const ON_GRINDER = { x: 1263, y: 569 };
const AROUND_GRINDER: readonly Point[] = Array.from({ length: 80 * 80 }, (_, i) => ({
  x: ON_GRINDER.x - 158 + (i % 80) * 4,
  y: ON_GRINDER.y - 158 + Math.floor(i / 80) * 4,
})).filter(({ x, y }) => Math.hypot(x - ON_GRINDER.x, y - ON_GRINDER.y) > 40);

/** A part of another photo, as large as the bowl's. */
function tablePhoto(): Promise<Buffer> {
  const part = { left: 0, top: 100, width: 1068, height: 722 };
  return sharp('samples/drum.jpg')
    .extract(part)
    .resize({ ...BOWL_SIZE_PX, fit: 'fill' })
    .png()
    .toBuffer();
}

/** Alpha at each of the points, 0..1. */
type Alphas = readonly number[];

describe('an edge that is fitted to the image', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;

  beforeAll(async () => {
    session = await WorkbenchSession.open();
    await session.whenReady();
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.page.mouse.move(5, 5);
    await session.button('Edge & outline').click();
  });
  afterAll(() => session?.close());
  screenshotFailures(() => session);

  /** The overlay is darkest where alpha is 0, and has the tint where it is 1. */
  const shown = async (points = POINTS): Promise<Alphas> => {
    const opacities = (await session.overlayAt(points)).map(([, , , alpha]) => alpha / 255);
    const [most, least] = [Math.max(...opacities), Math.min(...opacities)];
    return opacities.map((opacity) => (most - opacity) / (most - least));
  };

  /** What the document shows with the photo hidden. */
  const placed = async (points = POINTS, photoName = 'bowl'): Promise<Alphas> => {
    const photo = (await session.nodes()).find(({ name }) => name === photoName)!;
    const bounds = await session.page.evaluate((id) => {
      window.workbench.document.update(id, { visible: false });
      return window.workbench.document.absoluteBounds(id);
    }, photo.id);
    const { pixels, width, height } = await session.render(bounds);
    await session.page.evaluate((id) => window.workbench.document.update(id, { visible: true }), photo.id);
    return points.map(({ x, y }) => {
      const column = Math.floor((x / BOWL_SIZE_PX.width) * width);
      const row = Math.floor((y / BOWL_SIZE_PX.height) * height);
      return pixels[(row * width + column) * 4 + 3]! / 255;
    });
  };
  const areaOf = (alphas: Alphas) => alphas.reduce((sum, alpha) => sum + alpha, 0);
  /** How many of the points differ by more than half. */
  const differing = (a: Alphas, b: Alphas) =>
    a.filter((alpha, i) => Math.abs(alpha - b[i]!) > 0.5).length / a.length;
  /** Until the picture has stopped changing. */
  const settledPreview = async (isIt: (alphas: Alphas) => boolean, points = POINTS): Promise<Alphas> => {
    await eventually(async () => isIt(await shown(points))).toBe(true);
    let before = await shown(points);
    await eventually(async () => {
      const now = await shown(points);
      const isSame = now.every((alpha, i) => alpha === before[i]);
      before = now;
      return isSame;
    }).toBe(true);
    return before;
  };
  const isOutlineDrawn = () => session.isOutlineDrawn();

  it('is shown on the picture while its settings are open, in place of the outline', async () => {
    const fit = session.ui.getByRole('checkbox', { name: 'Fit the edge to the image' });
    expect(await fit.isChecked()).toBe(true);
    await fit.uncheck();
    await eventually(isOutlineDrawn).toBe(true);
    await fit.check();
    await eventually(isOutlineDrawn).toBe(false);
    await session.screenshot('edge-1-fitted');
    await session.button('Edge & outline').click();
    await eventually(isOutlineDrawn).toBe(true);
    await session.button('Edge & outline').click();
    await eventually(isOutlineDrawn).toBe(false);
  });

  it('is placed as it was shown, and not as the mask alone would be', async () => {
    const preview = await settledPreview(() => true);
    await session.apply('cutout');
    const fitted = await placed();
    expect(areaOf(fitted)).toBeGreaterThan(1000);
    expect(differing(preview, fitted)).toBeLessThan(0.005);
    await session.pressOnToolbar('Undo');

    await session.ui.getByRole('checkbox', { name: 'Fit the edge to the image' }).uncheck();
    await session.apply('cutout');
    const plain = await placed();
    const between = (alphas: Alphas) => alphas.filter((alpha) => alpha > 0.1 && alpha < 0.9).length;
    expect(fitted.some((alpha, i) => Math.abs(alpha - plain[i]!) > 0.1)).toBe(true);
    expect(between(fitted)).not.toBe(between(plain));
    await session.pressOnToolbar('Undo');
    await session.ui.getByRole('checkbox', { name: 'Fit the edge to the image' }).check();
    await eventually(isOutlineDrawn).toBe(false);
  });

  it('expands and contracts at once, and in the result', async () => {
    const asItIs = areaOf(await settledPreview(() => true));
    const shift = session.ui.getByRole('slider', { name: 'Shift' });
    await shift.focus();
    await session.page.keyboard.press('Home');
    const contracted = await settledPreview((alphas) => areaOf(alphas) < 0.995 * asItIs);
    await session.screenshot('edge-2-contracted');
    await shift.focus();
    await session.page.keyboard.press('End');
    const expanded = await settledPreview((alphas) => areaOf(alphas) > 1.005 * asItIs);
    await session.screenshot('edge-3-expanded');
    expect(areaOf(contracted)).toBeLessThan(areaOf(expanded));
    await session.apply('cutout');
    expect(differing(expanded, await placed())).toBeLessThan(0.005);
    await session.pressOnToolbar('Undo');
    expect(session.pageErrors).toEqual([]);
  });

  it('of a small object is placed as it was shown too, which is from a closer look', async () => {
    await session.addPhoto({ name: 'table.png', mimeType: 'image/png', buffer: await tablePhoto() });
    await session.ui.getByRole('application', { name: 'Image of table' }).waitFor();
    await session.whenReady();
    await session.click(ON_GRINDER);
    await session.selectedPercent();
    await session.page.mouse.move(5, 5);
    // Its outline is too short for the whole picture's count.
    const isOutlined = async () =>
      (await session.overlayAt(AROUND_GRINDER)).filter(([, , , alpha]) => alpha > 240).length > 20;
    await eventually(isOutlined).toBe(true);
    await eventually(isOutlined).toBe(false);
    const shift = session.ui.getByRole('slider', { name: 'Shift' });
    await shift.focus();
    await session.page.keyboard.press('Home');
    const preview = await settledPreview(() => true, AROUND_GRINDER);
    await session.screenshot('edge-4-small');
    await session.apply('cutout');
    const cutout = await placed(AROUND_GRINDER, 'table');
    expect(areaOf(cutout)).toBeGreaterThan(AROUND_GRINDER.length / 5);
    expect(differing(preview, cutout)).toBeLessThan(0.01);
  });
});
