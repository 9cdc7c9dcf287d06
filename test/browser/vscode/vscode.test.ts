import { readFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, screenshotFailures, TEST_MS } from '../ui-driver.ts';
import { opaqueExtent, opaqueOverlap, redShare } from './cutout-pixels.ts';
import { serveVscode, type VscodeWeb } from './serve-vscode.ts';
import { VscodeSession } from './vscode-session.ts';

/**
 * The built extension in VS Code for the Web, with a worker as its extension host and files that are no files of the disk. Each
 * step begins where the one before it ended. The photo shows a red bowl on grey concrete with half a fig in it.
 */
const PHOTO = readFileSync('samples/bowl.jpg');
const ON_BOWL = { x: 1300, y: 480 };
const ON_FIG = { x: 960, y: 600 };

describe('TinyCut in VS Code', { timeout: TEST_MS }, () => {
  let session: VscodeSession<VscodeWeb>;
  let selectedPercent = 0;

  beforeAll(async () => {
    const images = { 'bowl.jpg': PHOTO, 'drum.jpg': readFileSync('samples/drum.jpg') };
    session = await VscodeSession.open(
      await serveVscode({ ...images, 'notes.md': Buffer.from('# Notes\n') }),
    );
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  it('opens an image by Open With…', async () => {
    await session.openWithTinyCut('bowl.jpg');
    await session.image.waitFor();
    expect(await session.image.getAttribute('aria-label')).toBe('Image of bowl.jpg');
    await session.whenReady();
    expect(await session.button('Apply as mask group').count()).toBe(0);
  });

  it('writes a cutout beside the image, and leaves the editor saved', async () => {
    await session.click(ON_BOWL);
    await session.selectedPercent();
    await session.click(ON_FIG, { alt: true });
    await eventually(() => session.checkedMaskSize()).not.toBeNull();
    selectedPercent = await session.selectedPercent();
    await session.apply('cutout');
    await session.inExplorer('bowl.cutout.png').waitFor();
    expect(session.names).toEqual(['bowl.cutout.png', 'bowl.jpg', 'drum.jpg', 'notes.md']);
    expect(await redShare(session.read('bowl.cutout.png')!)).toBeGreaterThan(0.9);
    await eventually(() => session.tab('bowl.jpg').getAttribute('class')).not.toMatch(/dirty/);
    await session.leaveButtons();
    await session.screenshot('vscode');
  });

  it('writes nothing over it: the next one gets a number', async () => {
    const first = session.read('bowl.cutout.png')!;
    await session.apply('cutout');
    await session.inExplorer('bowl.cutout-2.png').waitFor();
    expect(session.read('bowl.cutout.png')).toEqual(first);
  });

  it('takes the last result back by undo, then steps of the selection', async () => {
    await session.page.keyboard.press('Control+z');
    await eventually(() => session.names).toEqual(['bowl.cutout.png', 'bowl.jpg', 'drum.jpg', 'notes.md']);
    await session.selectedPercent();
    await session.page.keyboard.press('Control+z');
    await eventually(() => session.selectedPercent()).toBeGreaterThan(selectedPercent);
    expect(session.names).toEqual(['bowl.cutout.png', 'bowl.jpg', 'drum.jpg', 'notes.md']);
    await session.page.keyboard.press('Control+Shift+z');
    await eventually(() => session.selectedPercent()).toBe(selectedPercent);
  });

  it('finds its selection again when the tab was hidden', async () => {
    await session.inExplorer('notes.md').dblclick();
    await eventually(() => session.page.locator('iframe.webview.ready').count()).toBe(0);
    await session.tab('bowl.jpg').click();
    expect(await session.selectedPercent()).toBe(selectedPercent);
  });

  it('finds its selection again when the window was reloaded, and writes the same outline', async () => {
    await session.page.reload();
    expect(await session.selectedPercent()).toBe(selectedPercent);
    await session.apply('vector');
    await session.inExplorer('bowl.mask.svg').waitFor();
    const cutout = await opaqueExtent(session.read('bowl.cutout.png')!);
    const outline = await opaqueExtent(new Resvg(session.read('bowl.mask.svg')!.toString()).render().asPng());
    expect(outline.pixels / cutout.pixels).toBeCloseTo(1, 2);
    expect(Math.abs(outline.width - cutout.width)).toBeLessThan(4);
    expect(Math.abs(outline.height - cutout.height)).toBeLessThan(4);
  });

  it('puts the mask on the clipboard, as a path that any SVG can have', async () => {
    await session.runCommand('TinyCut: Copy Mask as SVG Path');
    await session.page.getByText('the mask is on the clipboard').waitFor();
    const path = await session.clipboardText();
    expect(path).toMatch(/^M[-MLCZ\d., ]+$/);
    const { width, height } = await sharp(PHOTO).metadata();
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path d="${path}"/></svg>`;
    const [copied, written] = [svg, session.read('bowl.mask.svg')!.toString()].map((text) =>
      new Resvg(text).render().asPng(),
    );
    expect(await opaqueOverlap(copied!, written!)).toBeGreaterThan(0.999);
    // The path's own fill rule is lost on the way, so that holes have to be holes by either.
    const cutout = await opaqueExtent(session.read('bowl.cutout.png')!);
    expect((await opaqueExtent(copied!)).pixels / cutout.pixels).toBeCloseTo(1, 2);
  });

  it('says so where nothing can be written, and writes nothing', async () => {
    const before = session.names;
    session.host.files.isReadOnly = true;
    await session.button('Apply as cutout').click();
    await session.problem.filter({ hasText: 'Nothing can be written beside “bowl.jpg”' }).waitFor();
    session.host.files.isReadOnly = false;
    expect(session.names).toEqual(before);
  });

  it('splits an image into layers that give the image again', async () => {
    await session.chooseInExplorer('bowl.jpg', 'Split into Layers');
    await session.button('Split into layers').and(session.ui.locator(':enabled')).click();
    await eventually(
      () => session.names.filter((name) => name.startsWith('bowl.layers/')).length,
    ).toBeGreaterThan(2);
    await eventually(() => session.read('bowl.layers/layers.json')).toBeDefined();
    await session.leaveButtons();
    await session.screenshot('vscode-layers');
    const { layers, imageSizePx } = JSON.parse(session.read('bowl.layers/layers.json')!.toString()) as {
      layers: { file: string; imageRect: { x: number; y: number } }[];
      imageSizePx: { width: number; height: number };
    };
    const stacked = sharp({ create: { ...imageSizePx, channels: 4, background: '#00000000' } }).composite(
      layers.map(({ file, imageRect }) => ({
        input: session.read(`bowl.layers/${file}`)!,
        left: imageRect.x,
        top: imageRect.y,
      })),
    );
    const [ours, photo] = await Promise.all(
      [sharp(await stacked.png().toBuffer()), sharp(PHOTO)].map((image) =>
        image.removeAlpha().raw().toBuffer(),
      ),
    );
    let sum = 0;
    for (let i = 0; i < photo!.length; i++) sum += Math.abs(photo![i]! - ours![i]!);
    expect(sum / photo!.length).toBeLessThan(1);
  });

  it('removes the backgrounds of files in the explorer, also while its tab is hidden, and takes that back', async () => {
    const before = session.names;
    await session.selectInExplorer('bowl.jpg', 'drum.jpg');
    await session.chooseInExplorer('drum.jpg', 'Remove Background');
    await session.notification('Remove Background: 1 of 2: bowl.jpg').waitFor();
    await session.inExplorer('notes.md').dblclick();
    await session.notification('2 backgrounds removed.').waitFor();
    const cutouts = session.names.filter((name) => !before.includes(name));
    expect(cutouts).toEqual(['bowl.cutout-2.png', 'drum.cutout.png']);
    expect(await redShare(session.read('bowl.cutout-2.png')!)).toBeGreaterThan(0.5);
    for (const name of cutouts) {
      const { hasAlpha } = await sharp(session.read(name)!).metadata();
      const { pixels, width, height } = await opaqueExtent(session.read(name)!);
      expect(hasAlpha).toBe(true);
      expect(pixels / (width * height)).toBeLessThan(0.95);
    }
    await session.inExplorer('drum.cutout.png').waitFor();
    await session.screenshot('vscode-remove-background');
    await session.notification('2 backgrounds removed.').getByRole('button', { name: 'Undo' }).click();
    await eventually(() => session.names).toEqual(before);
  });

  it('takes its colours from the editor’s theme, also when that changes', async () => {
    await session.tab('bowl.jpg').click();
    await session.image.waitFor();
    const colours = () =>
      session.ui.locator('body').evaluate((body) => {
        const probe = body.appendChild(document.createElement('div'));
        probe.style.backgroundColor = 'var(--vscode-editor-background)';
        const [theirs, ours] = [probe, body].map((part) => getComputedStyle(part).backgroundColor);
        probe.remove();
        return { theirs, ours };
      });
    const light = await colours();
    expect(light.ours).toBe(light.theirs);
    await session.runCommand('Preferences: Toggle between Light/Dark Themes');
    await eventually(async () => (await colours()).theirs).not.toBe(light.theirs);
    const dark = await colours();
    expect(dark.ours).toBe(dark.theirs);
  });

  it('asks nobody else, and breaks no rule of its policy', () => {
    expect(session.foreignRequests).toEqual([]);
    expect(session.pageErrors).toEqual([]);
  });
});
