import { describe, expect, it, vi } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import { PointerTool } from '../../src/ui/canvas/pointer-tool.ts';
import { ViewState } from '../../src/ui/canvas/view-state.ts';
import { imageToView } from '../../src/ui/canvas/viewport.ts';
import type { Picture } from '../../src/ui/session/picture.ts';
import { Segmenting } from '../../src/ui/session/segmenting.ts';

/** An image of 800 x 400 in a view of the same size, of which the layer shows the right three quarters. */
function setUp() {
  const picture: Picture = {
    image: { width: 800, height: 400, close: () => {} },
    file: new Blob(),
    pixels: { from: 'stored' },
    imageSizePx: { width: 800, height: 400 },
    visibleImagePolygon: [
      { x: 200, y: 0 },
      { x: 900, y: 0 },
      { x: 900, y: 400 },
      { x: 200, y: 400 },
    ],
  };
  const segmenting = new Segmenting(
    () => new Promise(() => {}),
    () => new Promise(() => {}),
    () => false,
  );
  const view = new ViewState(picture);
  view.viewSizePx.value = { width: 800, height: 400 };
  const tool = new PointerTool(segmenting, view, picture);
  const input = (imagePoint: Point, options: { button?: number; alt?: boolean; space?: boolean } = {}) => ({
    viewPoint: imageToView(view.viewport.peek(), imagePoint),
    button: options.button ?? 0,
    isAltDown: options.alt ?? false,
    isShiftDown: false,
    isSpaceDown: options.space ?? false,
  });
  const drag = (from: Point, to: Point, options = {}) => {
    // Computed before the drag: panning moves the picture under the pointer.
    const [start, middle, end] = [
      input(from, options),
      input({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, options),
      input(to, options),
    ];
    tool.down(start!);
    tool.move(middle!);
    tool.move(end!);
    tool.up();
  };
  const click = (at: Point, options = {}) => {
    tool.down(input(at, options));
    tool.up();
  };
  return { segmenting, view, tool, input, drag, click };
}

const at = (x: number, y: number): Point => ({ x, y });
const rounded = <T extends object>(value: T | null) =>
  value &&
  Object.fromEntries(Object.entries(value).map(([key, number]) => [key, Math.round(number as number)]));

describe('pointer tool', () => {
  it('sets a point by a click, and one that removes with Alt', () => {
    const { segmenting, click } = setUp();
    click(at(300, 100));
    click(at(500, 200), { alt: true });
    expect(segmenting.entry.value.points.map((point) => rounded(point))).toEqual([
      { x: 300, y: 100, label: 1 },
      { x: 500, y: 200, label: 0 },
    ]);
  });

  it('takes a double click for one, but not one of the other kind, nor one elsewhere', () => {
    const { segmenting, view, click } = setUp();
    click(at(300, 100));
    click(at(300, 100));
    click(at(302, 101));
    expect(segmenting.entry.value.points).toHaveLength(1);
    segmenting.undo();
    expect(segmenting.isPromptEmpty.value).toBe(true);
    segmenting.redo();
    click(at(300, 100), { alt: true });
    click(at(300, 100));
    click(at(306, 100));
    // What is one spot is so on the screen.
    for (let i = 0; i < 8; i++) view.zoom(1.25);
    click(at(308, 100));
    expect(segmenting.entry.value.points.map(({ label }) => label)).toEqual([1, 0, 1, 1, 1]);
  });

  it('previews no click where one was', () => {
    const { segmenting, tool, input, click } = setUp();
    click(at(300, 100));
    const hoverAt = vi.spyOn(segmenting, 'hoverAt');
    tool.move(input(at(302, 101)));
    expect(hoverAt).toHaveBeenLastCalledWith(null);
    tool.move(input(at(320, 100)));
    expect(hoverAt).toHaveBeenLastCalledWith(expect.objectContaining({ label: 1 }));
  });

  it('ignores clicks on what the layer does not show, beside the image, and Alt-clicks on nothing', () => {
    const { segmenting, click } = setUp();
    click(at(100, 100));
    click(at(850, 100));
    click(at(300, 100), { alt: true });
    click(at(300, 100), { button: 2 });
    expect(segmenting.canUndo.value).toBe(false);
  });

  it('draws a box by a drag in any direction, clamped to the image', () => {
    const { segmenting, drag } = setUp();
    drag(at(700, 300), at(300, -50));
    expect(rounded(segmenting.entry.value.box)).toEqual({ x: 300, y: 0, width: 400, height: 300 });
    expect(segmenting.entry.value.points).toEqual([]);
  });

  it('takes a trembling click for a click', () => {
    const { segmenting, drag } = setUp();
    drag(at(300, 100), at(301, 101));
    expect(segmenting.entry.value.points).toHaveLength(1);
    expect(segmenting.entry.value.box).toBeNull();
  });

  it('redraws the box from the corner opposite to the one that is dragged', () => {
    const { segmenting, drag, click } = setUp();
    drag(at(300, 100), at(500, 200));
    drag(at(300, 100), at(250, 50));
    expect(rounded(segmenting.entry.value.box)).toEqual({ x: 250, y: 50, width: 250, height: 150 });
    click(at(500, 200));
    expect(segmenting.entry.value.points).toEqual([]);
  });

  it('does nothing by an Alt-drag, on a handle neither: a box never takes away', () => {
    const { segmenting, tool, drag } = setUp();
    drag(at(300, 100), at(500, 200));
    const { box } = segmenting.entry.value;
    drag(at(400, 150), at(600, 300), { alt: true });
    drag(at(500, 200), at(600, 300), { alt: true });
    expect(segmenting.entry.value.box).toBe(box);
    expect(segmenting.entry.value.points).toEqual([]);
    expect(tool.isBusy).toBe(false);
  });

  it('shows on a handle how it can be dragged, and previews no click there', () => {
    const { segmenting, tool, input, drag } = setUp();
    drag(at(300, 100), at(500, 200));
    const hoverAt = vi.spyOn(segmenting, 'hoverAt');
    const seen = [at(300, 100), at(500, 100), at(500, 200), at(300, 200)].map((corner) => {
      tool.move(input(corner));
      return tool.handleDiagonal.value;
    });
    expect(seen).toEqual(['nwse', 'nesw', 'nwse', 'nesw']);
    tool.altChanged(true);
    expect(new Set(hoverAt.mock.calls.map(([point]) => point))).toEqual(new Set([null]));

    // Over the corner that stays, the box turns over.
    tool.down(input(at(300, 200)));
    tool.move(input(at(350, 50)));
    expect(tool.handleDiagonal.value).toBe('nwse');
    tool.up();
    tool.move(input(at(400, 80)));
    expect(tool.handleDiagonal.value).toBeNull();
    tool.move(input(at(500, 100)));
    expect(tool.handleDiagonal.value).not.toBeNull();
    segmenting.clear();
    expect(tool.handleDiagonal.value).toBeNull();
  });

  it('pans with the middle button or Space, and sets nothing', () => {
    for (const options of [{ button: 1 }, { space: true }]) {
      const { segmenting, view, drag } = setUp();
      const before = view.viewport.peek();
      drag(at(400, 200), at(450, 180), options);
      const after = view.viewport.peek();
      expect(after.offset.x - before.offset.x).toBeCloseTo(50 * before.scale);
      expect(after.offset.y - before.offset.y).toBeCloseTo(-20 * before.scale);
      expect(segmenting.canUndo.value).toBe(false);
    }
  });

  it('drops a drag that is cancelled', () => {
    const { segmenting, tool, input } = setUp();
    tool.down(input(at(300, 100)));
    tool.move(input(at(500, 200)));
    expect(tool.draftBox.value).not.toBeNull();
    tool.cancel();
    tool.up();
    expect(tool.draftBox.value).toBeNull();
    expect(segmenting.canUndo.value).toBe(false);
  });
});
