import { describe, expect, it, vi } from 'vitest';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { MASK_SIZES } from '../../src/shared/cutout-recipe.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import type { MaskSize } from '../../src/ui/session/mask-size.ts';
import type { Workspace } from '../../src/ui/session/workspace.ts';
import { strings } from '../../src/ui/strings.ts';
import { gate, images, layer, openWorkspace, settled } from './ui-fakes.ts';

describe('removing the background of the open image', () => {
  it('shows the likeliest subject, the others by size, and applies what is shown', async () => {
    const { workspace, session, engine } = await openWorkspace();
    const { segmenting } = session();
    segmenting.showSubject();
    await settled();
    expect(segmenting.shown.value!.logits[0]).toBe(100);
    expect(segmenting.shownSize.value).toBe('whole');
    segmenting.setMaskSize('detail');
    expect(segmenting.shown.value!.logits[0]).toBe(102);
    expect(engine.subjectCount).toBe(1);
    await workspace.apply('cutout');
    expect(engine.placedWith[0]![0]).toBe(102);
    segmenting.undo();
    expect(segmenting.shown.value!.logits[0]).toBe(100);
    segmenting.undo();
    expect(segmenting.shown.value).toBeNull();
    expect(engine.subjectCount).toBe(1);
  });

  it('names the keys of the guesses that are not on show', () => {
    const keysFor = (shown: MaskSize | null) =>
      /Press (.*?)\. /.exec(strings.subject.refine(0.4, shown, 'Alt'))![1];
    expect([...MASK_SIZES, null].map(keysFor)).toEqual(['2 or 3', '1 or 3', '1 or 2', '2 or 3']);
  });

  it('is refined by clicks, which keep what was shown', async () => {
    const { session, engine } = await openWorkspace();
    const { segmenting } = session();
    segmenting.showSubject();
    await settled();
    segmenting.setMaskSize('part');
    segmenting.addPoint({ x: 300, y: 200, label: 0 });
    await settled();
    const prompt = engine.prompts.at(-1)!;
    expect(prompt.points).toEqual([
      { x: 11, y: 20, label: 1 },
      { x: 300, y: 200, label: 0 },
    ]);
    expect(prompt.previousLogits![0]).toBe(101);
  });

  it('stops searching once nobody waits for it, and shows nothing then', async () => {
    const { session, engine } = await openWorkspace();
    const { segmenting } = session();
    const { promise, open } = gate();
    engine.subjectGate = promise;
    segmenting.showSubject();
    await settled();
    expect(segmenting.isBusy.value).toBe(true);
    segmenting.clear();
    open();
    await settled();
    expect(segmenting.isBusy.value).toBe(false);
    expect(segmenting.error.value).toBeNull();
    expect(segmenting.shown.value).toBeNull();
  });

  it('says so when nothing stands out', async () => {
    const { session, engine } = await openWorkspace();
    engine.proposalCount = 0;
    session().segmenting.showSubject();
    await settled();
    expect(session().segmenting.error.value).toMatchObject({ code: 'mask-empty' });
  });
});

function removeAll(workspace: Workspace, ids: number[], progress: () => void = () => {}) {
  const { signal } = new CancelSource();
  return workspace.removeBackgrounds({ layers: ids.map(layer) }, { signal, progress });
}

describe('removing the backgrounds of the selection', () => {
  it('places a cutout over each image in turn, and sums up once', async () => {
    const { host, workspace } = await openWorkspace(images(1, 2, 3), 'batch');
    const progress = vi.fn();
    const outcome = await removeAll(workspace, [1, 2, 3], progress);
    expect(host.placed.map(({ layerId, output }) => [layerId, output.kind])).toEqual([
      ['1', 'cutout'],
      ['2', 'cutout'],
      ['3', 'cutout'],
    ]);
    expect(workspace.removal.state.value).toMatchObject({ phase: 'done', placedCount: 3, failures: [] });
    expect(outcome).toEqual({ isCancelled: false, substituteCount: 0, failures: [] });
    expect(new Set(progress.mock.calls.map(([{ layerName }]) => layerName as string)).size).toBe(3);
    expect(workspace.session.value).toBeNull();
    workspace.endRemoval();
    expect(workspace.session.value!.layer.source.layerId).toBe('1');
    expect(workspace.task.value).toBe('object');
  });

  it('goes on after a failure, and names it', async () => {
    // Image 99 of the double cannot be decoded.
    const { host, workspace } = await openWorkspace(images(1, 99, 3), 'batch');
    const outcome = await removeAll(workspace, [1, 99, 3]);
    expect(host.placed.map(({ layerId }) => layerId)).toEqual(['1', '3']);
    expect(workspace.removal.state.value).toMatchObject({
      placedCount: 2,
      failures: [{ layer: { name: 'Layer 99' } }],
    });
    expect(outcome.failures).toEqual([{ layerName: 'Layer 99', message: expect.any(String) as string }]);
    // What there is to look at is the one that failed.
    workspace.endRemoval();
    expect(workspace.session.value!.layer.source.layerId).toBe('99');
  });

  it('names what the host refuses', async () => {
    const { host, workspace } = await openWorkspace(images(1, 2), 'batch');
    await removeAll(workspace, [1, 2]);
    expect(host.placed).toHaveLength(2);
    host.placeError = new TinyCutError('document-read-only', 'This file cannot be edited.');
    await workspace.removal.run(images(1, 2).images);
    expect(workspace.removal.state.value).toMatchObject({
      placedCount: 0,
      failures: [{ message: 'This file cannot be edited.' }, { message: 'This file cannot be edited.' }],
    });
  });

  it('stops where it is told to, and keeps what was placed', async () => {
    const { host, engine, workspace } = await openWorkspace();
    const { promise, open } = gate();
    const running = workspace.removal.run(images(1, 2).images);
    await settled();
    await running;
    engine.subjectGate = promise;
    const second = workspace.removal.run(images(1, 2).images);
    await settled();
    workspace.removal.cancel();
    open();
    await second;
    expect(workspace.removal.state.value).toMatchObject({ phase: 'cancelled', placedCount: 0, failures: [] });
    expect(host.placed).toHaveLength(2);
  });
});
