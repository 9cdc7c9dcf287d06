import { describe, expect, it } from 'vitest';
import type { Stroke } from '../../src/shared/retouch.ts';
import { BrushTool } from '../../src/ui/canvas/brush-tool.ts';
import { START_BRUSH, type Brush } from '../../src/ui/canvas/brush.ts';
import { ViewState } from '../../src/ui/canvas/view-state.ts';
import { imageToView } from '../../src/ui/canvas/viewport.ts';
import { keepWork, type PageMemory } from '../../src/ui/session/kept-work.ts';
import { signal } from '@preact/signals';
import type { Point } from '../../src/shared/affine.ts';
import { openWorkspace, settled } from './ui-fakes.ts';

const A = { x: 100, y: 100, label: 1 } as const;
const B = { x: 300, y: 200, label: 1 } as const;
const DAB: Stroke = { mode: 'add', radiusPx: 8, imagePoints: [{ x: 40, y: 50 }] };

async function openWithBrush(kind: Brush['kind'] = 'add') {
  const opened = await openWorkspace();
  await settled();
  const { segmenting, picture } = opened.session();
  const view = new ViewState(picture.value!);
  view.viewSizePx.value = { width: 800, height: 400 };
  const brush = signal<Brush>({ ...START_BRUSH, kind });
  const tool = new BrushTool(segmenting, view, picture.value!, brush);
  const input = (imagePoint: Point, options: { alt?: boolean; space?: boolean } = {}) => ({
    viewPoint: imageToView(view.viewport.peek(), imagePoint),
    button: 0,
    isAltDown: options.alt ?? false,
    isShiftDown: false,
    isSpaceDown: options.space ?? false,
  });
  return { ...opened, segmenting, tool, brush, input, view };
}

describe('the brush', () => {
  it('paints the line that was dragged, in image space, as one undo step', async () => {
    const { segmenting, tool, input } = await openWithBrush();
    tool.down(input({ x: 100, y: 100 }));
    tool.move(input({ x: 150, y: 100 }));
    tool.move(input({ x: 150, y: 160 }));
    expect(segmenting.entry.value.retouch.strokes).toEqual([]);
    tool.up();
    const [stroke] = segmenting.entry.value.retouch.strokes;
    expect(stroke!.mode).toBe('add');
    expect(stroke!.radiusPx).toBeCloseTo(0.02 * 800);
    expect(stroke!.imagePoints).toHaveLength(3);
    expect(stroke!.imagePoints[2]!.x).toBeCloseTo(150);
    expect(stroke!.imagePoints[2]!.y).toBeCloseTo(160);
    segmenting.undo();
    expect(segmenting.entry.value.retouch.strokes).toEqual([]);
    segmenting.redo();
    expect(segmenting.entry.value.retouch.strokes).toEqual([stroke]);
  });

  it('does the opposite with Alt, dabs by keyboard, and pans with Space', async () => {
    const { segmenting, tool, input, view } = await openWithBrush('erase');
    tool.down(input({ x: 10, y: 10 }, { alt: true }));
    tool.up();
    tool.press({ x: 20, y: 20 }, { isAltDown: false, isShiftDown: false });
    expect(segmenting.entry.value.retouch.strokes.map(({ mode }) => mode)).toEqual(['add', 'erase']);
    const before = view.viewport.peek().offset.x;
    const [from, to] = [input({ x: 10, y: 10 }, { space: true }), input({ x: 60, y: 10 }, { space: true })];
    tool.down(from);
    tool.move(to);
    tool.up();
    expect(view.viewport.peek().offset.x).toBeGreaterThan(before);
    expect(segmenting.entry.value.retouch.strokes).toHaveLength(2);
  });

  it('drops a stroke that is cancelled', async () => {
    const { segmenting, tool, input } = await openWithBrush();
    tool.down(input({ x: 100, y: 100 }));
    expect(tool.isBusy).toBe(true);
    tool.cancel();
    tool.up();
    expect(segmenting.canUndo.value).toBe(false);
  });
});

describe('strokes', () => {
  it('need no model, stay on top of later clicks, and go with the result', async () => {
    const { engine, session, workspace } = await openWithBrush();
    const { segmenting } = session();
    segmenting.addPoint(A);
    await settled();
    segmenting.addStroke(DAB);
    await settled();
    expect(engine.prompts).toHaveLength(1);
    expect(segmenting.isBusy.value).toBe(false);
    segmenting.addPoint(B);
    await settled();
    expect(engine.prompts).toHaveLength(2);
    expect(segmenting.entry.value.retouch.strokes).toEqual([DAB]);
    await workspace.apply('cutout');
    await workspace.apply('vector');
    expect(engine.retouchedWith).toEqual([
      { isInverted: false, strokes: [DAB] },
      { isInverted: false, strokes: [DAB] },
    ]);
  });

  it('come along when a preview turns into the click', async () => {
    const { session } = await openWithBrush();
    const { segmenting } = session();
    segmenting.addStroke(DAB);
    segmenting.hoverAt(A);
    await settled();
    segmenting.addPoint(A);
    await settled();
    expect(segmenting.entry.value.points).toEqual([A]);
    expect(segmenting.entry.value.retouch.strokes).toEqual([DAB]);
  });

  it('make a mask of their own where nothing is selected', async () => {
    const { session } = await openWithBrush();
    const { segmenting } = session();
    expect(session().canApply.value).toBe(false);
    segmenting.addStroke(DAB);
    expect(session().canApply.value).toBe(true);
    expect(segmenting.shown.value!.logits.every((logit) => logit < 0)).toBe(true);
    segmenting.clear();
    expect(session().canApply.value).toBe(false);
  });

  it('erase nothing where nothing is selected or painted', async () => {
    const { session } = await openWithBrush();
    const { segmenting } = session();
    const erasing: Stroke = { ...DAB, mode: 'erase' };
    segmenting.addStroke(erasing);
    expect(segmenting.canUndo.value).toBe(false);
    expect(session().canApply.value).toBe(false);
    segmenting.addStroke(DAB);
    segmenting.addStroke(erasing);
    expect(segmenting.entry.value.retouch.strokes).toEqual([DAB, erasing]);
    segmenting.clear();
    segmenting.addPoint(A);
    // Before its mask is there.
    segmenting.addStroke(erasing);
    expect(segmenting.entry.value.retouch.strokes).toEqual([erasing]);
  });

  it('turn round when the mask is inverted, and there is nothing to invert without one', async () => {
    const { session } = await openWithBrush();
    const { segmenting } = session();
    segmenting.invert();
    expect(segmenting.canUndo.value).toBe(false);
    segmenting.addPoint(A);
    await settled();
    segmenting.addStroke(DAB);
    segmenting.invert();
    expect(segmenting.entry.value.retouch).toEqual({
      isInverted: true,
      strokes: [{ ...DAB, mode: 'erase' }],
    });
  });

  it('outlive the page, with the masks below them', async () => {
    const memory: PageMemory & { state: unknown } = {
      state: undefined,
      getState: () => memory.state,
      setState: (state) => (memory.state = JSON.parse(JSON.stringify(state))),
    };
    const first = await openWorkspace();
    keepWork(first.workspace, memory);
    const { segmenting } = first.session();
    segmenting.addPoint(A);
    await settled();
    segmenting.addPoint(B);
    await settled();
    segmenting.addStroke(DAB);
    await settled();

    const second = await openWorkspace(undefined, 'object', (workspace) => keepWork(workspace, memory));
    await settled();
    const again = second.session().segmenting;
    expect(again.entry.value.retouch.strokes).toEqual([DAB]);
    // The second click refines the mask of the first; the stroke asks for nothing of its own.
    expect(
      second.engine.prompts.map(({ points, previousLogits }) => [points.length, previousLogits !== null]),
    ).toEqual([
      [1, false],
      [2, true],
    ]);
    again.undo();
    await settled();
    expect(again.entry.value.retouch.strokes).toEqual([]);
    expect(second.engine.prompts).toHaveLength(2);
  });
});
