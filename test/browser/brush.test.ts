import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import type {} from '../../workbench/workbench-handle.ts';
import { BOWL_SIZE_PX, eventually, screenshotFailures, TEST_MS } from './ui-driver.ts';
import { WorkbenchSession } from './workbench-session.ts';

/** The mask painted on by hand, and what comes of it on the canvas. */
const ON_BOWL = { x: 1300, y: 480 };
/** On the concrete, well off the bowl and its shadow. */
const ADDED = [
  { x: 120, y: 120 },
  { x: 360, y: 220 },
];
/** Across the right of the bowl. */
const ERASED = [
  { x: 1150, y: 700 },
  { x: 1350, y: 850 },
];

describe('the brush', { timeout: TEST_MS }, () => {
  let session: WorkbenchSession;
  let paintedPercent: number;

  beforeAll(async () => {
    session = await WorkbenchSession.open();
    await session.whenReady();
    await session.click(ON_BOWL);
    await session.selectedPercent();
  });

  afterAll(() => session?.close());
  screenshotFailures(() => session);

  const paint = async ([from, to]: Point[]) => {
    await session.hover(from!);
    await session.page.mouse.down();
    await session.hover(to!);
    await session.page.mouse.up();
  };
  /**
   * Whether points are shown as selected: what is selected is tinted blue, what is left out is darkened. Null where the outline
   * or a mark is drawn.
   */
  const isShownSelected = async (imagePoints: readonly Point[]): Promise<(boolean | null)[]> => {
    const pixels = await session.overlayAt(imagePoints);
    return pixels.map(([r, , b, alpha]) => (alpha > 120 ? null : b - r > 40));
  };
  const middleOf = ([from, to]: Point[]): Point => ({
    x: (from!.x + to!.x) / 2,
    y: (from!.y + to!.y) / 2,
  });

  it('adds to the mask and erases from it, without the model, each in one undo step', async () => {
    const places = [middleOf(ADDED), middleOf(ERASED)];
    expect(await isShownSelected(places)).toEqual([false, true]);
    await session.page.keyboard.press('p');
    await paint(ADDED);
    await session.page.keyboard.press('e');
    await paint(ERASED);
    await session.page.mouse.move(5, 5);
    await eventually(() => isShownSelected(places)).toEqual([true, false]);
    await session.screenshot('brush-1-painted');
    await session.page.keyboard.press('Control+z');
    await eventually(() => isShownSelected(places)).toEqual([true, true]);
    await session.page.keyboard.press('Control+Shift+z');
    await eventually(() => isShownSelected(places)).toEqual([true, false]);
  });

  it('changes its size by [ and ] and by its slider', async () => {
    const size = session.ui.getByRole('slider', { name: 'Size' });
    const before = Number(await size.inputValue());
    await session.page.keyboard.press(']');
    await eventually(async () => Number(await size.inputValue())).toBeGreaterThan(before);
    await session.page.keyboard.press('[');
    await session.page.keyboard.press('[');
    await eventually(async () => Number(await size.inputValue())).toBeLessThan(before);
    await session.page.keyboard.press(']');
    await session.page.keyboard.press('Escape');
    expect(await session.button('Select').getAttribute('aria-pressed')).toBe('true');
  });

  it('keeps its strokes on top when more is clicked', async () => {
    await session.click({ x: 960, y: 600 });
    await eventually(() => isShownSelected([middleOf(ADDED), middleOf(ERASED)])).toEqual([true, false]);
    await session.status.filter({ hasText: 'painted by hand' }).waitFor();
    paintedPercent = await session.selectedPercent();
  });

  it.each(['cutout', 'vector'] as const)('is in the %s exactly as it was shown', async (kind) => {
    const shown = await shownAndPlaced(kind);
    expect(shown.differing / shown.count).toBeLessThan(0.002);
    expect(shown.count).toBeGreaterThan(3000);
    expect(Math.abs(100 * shown.placedShare - paintedPercent)).toBeLessThan(1.5);
    await session.screenshot(`brush-2-${kind}`);
    await session.pressOnToolbar('Undo');
  });

  it('turns the mask inside out, in the result too', async () => {
    await session.button('Invert').click();
    await eventually(() => isShownSelected([middleOf(ADDED), middleOf(ERASED)])).toEqual([false, true]);
    const shown = await shownAndPlaced('cutout');
    expect(shown.differing / shown.count).toBeLessThan(0.002);
    await session.screenshot('brush-3-inverted');
    expect(session.pageErrors).toEqual([]);
  });

  /** Points of the image that are shown as in or out, and at how many the placed result is not what was shown. */
  async function shownAndPlaced(
    kind: 'cutout' | 'vector',
  ): Promise<{ count: number; differing: number; placedShare: number }> {
    await session.page.mouse.move(5, 5);
    const points: Point[] = [];
    for (let y = 10; y < BOWL_SIZE_PX.height; y += 20)
      for (let x = 10; x < BOWL_SIZE_PX.width; x += 20) points.push({ x, y });
    const shown = await isShownSelected(points);
    await session.apply(kind);
    const photo = (await session.nodes()).find(({ name }) => name === 'bowl')!;
    const bounds = await session.page.evaluate((id) => {
      window.workbench.document.update(id, { visible: false });
      return window.workbench.document.absoluteBounds(id);
    }, photo.id);
    const { pixels, width, height } = await session.render(bounds);
    await session.page.evaluate((id) => window.workbench.document.update(id, { visible: true }), photo.id);
    const isPlaced = ({ x, y }: Point) => {
      const column = Math.floor((x / BOWL_SIZE_PX.width) * width);
      const row = Math.floor((y / BOWL_SIZE_PX.height) * height);
      return pixels[(row * width + column) * 4 + 3]! > 127;
    };
    const told = points.map((point, i) => ({ isPlaced: isPlaced(point), isShown: shown[i] }));
    const clear = told.filter(({ isShown }) => isShown !== null);
    return {
      count: clear.length,
      placedShare: told.filter(({ isPlaced }) => isPlaced).length / told.length,
      differing: clear.filter(({ isPlaced, isShown }) => isPlaced !== isShown).length,
    };
  }
});
