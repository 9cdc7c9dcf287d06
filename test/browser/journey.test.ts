import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../workbench/workbench-handle.ts';
import type { Raster } from '../host/rasterise.ts';
import { eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/**
 * The whole job by mouse, then by keyboard, on one page: the model loads once, and each step begins where the one
 * before it ended, as with a user. The photo shows a red bowl on grey concrete with half a fig in it.
 */
const ON_BOWL = { x: 1300, y: 480 };
const ON_FIG = { x: 960, y: 600 };
const FIG_BOX = { x: 640, y: 370, width: 500, height: 460 };

describe('the journey', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;
  let percentOfBowl = 0;

  beforeAll(async () => {
    session = await WorkbenchSession.open();
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  it('opens with the selected photo and gets it ready', async () => {
    await session.image.waitFor();
    await session.screenshot('journey-1-analysing');
    await session.whenReady();
    await eventually(() => session.status.textContent()).toMatch(/Hover to preview/);
    expect(await session.image.getAttribute('aria-label')).toBe('Image of bowl');
  });

  it('previews what a click would select', async () => {
    expect(await session.overlayCoverage()).toBe(0);
    await session.hover(ON_BOWL);
    await eventually(() => session.overlayCoverage()).toBeGreaterThan(0.01);
    await session.screenshot('journey-2-hover');
    expect(await session.button('Apply as cutout').isEnabled()).toBe(false);
    await session.page.mouse.move(5, 5);
    await eventually(() => session.overlayCoverage()).toBe(0);
  });

  it('selects the bowl by a click', async () => {
    await session.click(ON_BOWL);
    percentOfBowl = await session.selectedPercent();
    const { redShare } = await photoColours();
    expect(Math.abs(percentOfBowl / 100 - redShare)).toBeLessThan(0.15);
    await session.screenshot('journey-3-clicked');
  });

  it('takes a part away by an Alt-click', async () => {
    await session.click(ON_FIG, { alt: true });
    await eventually(() => session.selectedPercent()).toBeLessThan(percentOfBowl);
    await session.screenshot('journey-4-removed');
  });

  it('undoes and redoes by keys, without touching the document', async () => {
    const before = await session.nodes();
    const withoutFig = await session.selectedPercent();
    await session.page.keyboard.press('Control+z');
    await eventually(() => session.selectedPercent()).toBe(percentOfBowl);
    await session.page.keyboard.press('Control+Shift+z');
    await eventually(() => session.selectedPercent()).toBe(withoutFig);
    await session.button('Undo').click();
    await eventually(() => session.selectedPercent()).toBe(percentOfBowl);
    expect(await session.nodes()).toEqual(before);
  });

  it('steps through whole, part and detail by the keys 1 to 3', async () => {
    const percents: number[] = [];
    for (const [key, size] of [
      ['1', 'whole'],
      ['2', 'part'],
      ['3', 'detail'],
    ] as const) {
      await session.page.keyboard.press(key);
      await eventually(() => session.checkedMaskSize()).toBe(size);
      percents.push(await session.selectedPercent());
    }
    expect(percents).toEqual([...percents].sort((a, b) => b - a));
    expect(percents[0]).toBeGreaterThan(percents[2]!);
    await session.page.keyboard.press('Escape');
    await eventually(() => session.status.textContent()).toMatch(/Hover to preview/);
  });

  it('selects what is in a dragged box', async () => {
    await session.dragBox(FIG_BOX);
    const percent = await session.selectedPercent();
    const boxShare = (FIG_BOX.width * FIG_BOX.height) / (1600 * 1082);
    expect(percent / 100).toBeLessThan(boxShare * 1.1);
    expect(percent / 100).toBeGreaterThan(boxShare * 0.3);
    await session.screenshot('journey-5-box');
    await session.page.keyboard.press('Escape');
  });

  it('applies a cutout: its pixels lie where the bowl is, over an untouched photo', async () => {
    const [photo] = (await session.nodes()).filter(({ name }) => name === 'bowl');
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.apply('cutout');

    const nodes = await session.nodes();
    expect(nodes.find(({ id }) => id === photo!.id)).toEqual(photo);
    const [cutout, ...others] = await session.selected();
    expect(others).toEqual([]);
    expect(cutout).toMatchObject({ type: 'RECTANGLE', fills: [{ type: 'IMAGE' }] });
    expect(cutout!.name).toContain('bowl');
    const siblings = nodes.find(({ id }) => id === photo!.parentId)!.childIds;
    expect(siblings.indexOf(cutout!.id)).toBe(siblings.indexOf(photo!.id) + 1);

    const shares = await sharesInside(await renderWithoutPhoto(session, photo!.id));
    expect(shares.ofRed).toBeGreaterThan(0.93);
    expect(shares.ofConcrete).toBeLessThan(0.03);
    await session.screenshot('journey-6-cutout');
  });

  it('is undone, redone and undone on the canvas as one step', async () => {
    const after = await session.nodes();
    await session.pressOnToolbar('Undo');
    expect(await session.nodes()).toHaveLength(after.length - 1);
    await session.pressOnToolbar('Redo');
    expect(await session.nodes()).toEqual(after);
    await session.pressOnToolbar('Undo');
    expect(await session.nodes()).toHaveLength(after.length - 1);
  });

  it.each(['vector', 'mask-group'] as const)('applies a %s over the bowl', async (kind) => {
    const photo = (await session.nodes()).find(({ name }) => name === 'bowl')!;
    await session.apply(kind);
    const [result] = await session.selected();
    expect(result!.type).toBe(kind === 'vector' ? 'VECTOR' : 'GROUP');
    const shares = await sharesInside(await renderWithoutPhoto(session, photo.id));
    expect(shares.ofRed).toBeGreaterThan(0.93);
    expect(shares.ofConcrete).toBeLessThan(0.03);
    await session.screenshot(`journey-7-${kind}`);
    await session.pressOnToolbar('Undo');
  });

  it('does it all by keyboard', async () => {
    const { page } = session;
    await session.button('Clear selection').click();
    await session.image.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    const percent = await session.selectedPercent();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Alt+Enter');
    await page.keyboard.press('Control+z');
    await eventually(() => session.selectedPercent()).toBe(percent);
    await session.screenshot('journey-8-keyboard');

    const before = (await session.nodes()).length;
    await session.button('Apply as vector').focus();
    await page.keyboard.press('Enter');
    await session.status.filter({ hasText: 'placed over' }).waitFor();
    expect((await session.nodes()).length).toBe(before + 1);
    expect((await session.selected())[0]!.type).toBe('VECTOR');
  });

  it('follows the theme at once, in every size of window', async () => {
    const { page } = session;
    const background = () =>
      session.ui.locator('body').evaluate((body) => {
        const [r = 0, g = 0, b = 0] = getComputedStyle(body).backgroundColor.match(/\d+/g)!.map(Number);
        return (r + g + b) / 3;
      });
    expect(await background()).toBeGreaterThan(200);
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.pressOnToolbar('Dark theme');
    await eventually(background).toBeLessThan(80);
    await session.screenshot('journey-9-dark');
    await page.setViewportSize({ width: 780, height: 900 });
    await session.screenshot('journey-9-dark-small');
    await session.pressOnToolbar('Light theme');
    await session.screenshot('journey-9-light-small');
    await page.setViewportSize({ width: 1920, height: 1080 });
    await session.screenshot('journey-9-light-large');
  });

  it('has made no request but for the workbench’s own files, and met no error', async () => {
    session.expectNoForeignRequests();
    expect(session.requests.map((url) => new URL(url).pathname).sort()).toEqual(
      [
        '/',
        '/page.css',
        '/page.js',
        '/plugin/main.js',
        '/plugin/manifest.json',
        '/plugin/ui.html',
        '/quickjs.wasm',
        '/samples/bowl.jpg',
      ].sort(),
    );
    expect(session.pageErrors).toEqual([]);
    expect(await session.page.evaluate(() => window.workbench.double?.errors)).toEqual([]);
  });
});

/** The part of the canvas where the photo lies, drawn while the photo itself is hidden. */
async function renderWithoutPhoto(session: WorkbenchSession, photoId: string): Promise<Raster> {
  const bounds = await session.page.evaluate((id) => {
    window.workbench.document.update(id, { visible: false });
    return window.workbench.document.absoluteBounds(id);
  }, photoId);
  const raster = await session.render(bounds);
  await session.page.evaluate((id) => window.workbench.document.update(id, { visible: true }), photoId);
  return raster;
}

interface PhotoColours {
  isRed: (pixel: number) => boolean;
  isConcrete: (pixel: number) => boolean;
  redShare: number;
}

/** Which pixels of the photo, at the size of its layer, are the bowl's red and which the concrete's light grey. */
async function photoColours(widthPx = 800, heightPx = 541): Promise<PhotoColours> {
  const pixels = await sharp(readFileSync('samples/bowl.jpg'))
    .resize(widthPx, heightPx, { fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer();
  const rgb = (pixel: number) => [...pixels.subarray(pixel * 3, pixel * 3 + 3)] as [number, number, number];
  const isRed = (pixel: number) => {
    const [r, g, b] = rgb(pixel);
    return r > 110 && r > 2.2 * g && r > 2.2 * b;
  };
  const isConcrete = (pixel: number) => {
    const [r, g, b] = rgb(pixel);
    return Math.max(r, g, b) - Math.min(r, g, b) < 25 && r > 90;
  };
  let red = 0;
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) if (isRed(pixel)) red++;
  return { isRed, isConcrete, redShare: red / (widthPx * heightPx) };
}

/** How much of the bowl's red and of the concrete is covered by what is drawn. */
async function sharesInside({
  pixels,
  width,
  height,
}: Raster): Promise<{ ofRed: number; ofConcrete: number }> {
  const { isRed, isConcrete } = await photoColours(width, height);
  const counts = { red: 0, redInside: 0, concrete: 0, concreteInside: 0 };
  for (let pixel = 0; pixel < width * height; pixel++) {
    const isInside = pixels[pixel * 4 + 3]! > 127;
    if (isRed(pixel)) {
      counts.red++;
      if (isInside) counts.redInside++;
    } else if (isConcrete(pixel)) {
      counts.concrete++;
      if (isInside) counts.concreteInside++;
    }
  }
  return { ofRed: counts.redInside / counts.red, ofConcrete: counts.concreteInside / counts.concrete };
}
