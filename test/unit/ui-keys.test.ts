import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAppState } from '../../src/ui/app-state.ts';
import { listenToKeys } from '../../src/ui/keyboard-shortcuts.ts';
import { gate, openWorkspace, settled } from './ui-fakes.ts';

const A = { x: 100, y: 100, label: 1 } as const;

/** The UI with image 1, and keys pressed in its window. */
async function openWithKeys() {
  const opened = await openWorkspace();
  const state = createAppState(opened.workspace, opened.engine.client);
  const frame = Object.assign(new EventTarget(), { document: new EventTarget() });
  listenToKeys(frame as never, state);
  const press = (key: string, modifiers: { ctrlKey?: boolean } = {}) =>
    frame.dispatchEvent(Object.assign(new Event('keydown'), { key, ...modifiers }));
  return { ...opened, state, press };
}

beforeEach(() => void vi.stubGlobal('HTMLCanvasElement', class {}));
afterEach(() => void vi.unstubAllGlobals());

describe('Escape', () => {
  it.each(['cutout', 'vector', 'mask-group'] as const)(
    'while a %s is made stops that, and leaves the mask and the document as they are',
    async (kind) => {
      const { engine, host, workspace, session, press } = await openWithKeys();
      session().segmenting.addPoint(A);
      await settled();
      const making = gate();
      engine.makeGate = making.promise;
      const applied = workspace.apply(kind);
      await settled();
      press('Escape');
      await applied;
      making.open();
      await settled();
      expect(session().applying.state.value).toEqual({ phase: 'idle' });
      expect(host.placed).toEqual([]);
      expect(host.notified).toEqual([]);
      expect(session().segmenting.entry.value.points).toEqual([A]);
      expect(session().canApply.value).toBe(true);
      press('Escape');
      expect(session().segmenting.isPromptEmpty.value).toBe(true);
    },
  );

  it('stops what is made before it puts a brush away, and that before the mask', async () => {
    const { engine, workspace, session, state, press } = await openWithKeys();
    session().segmenting.addPoint(A);
    await settled();
    state.chooseTool('add');
    engine.makeGate = gate().promise;
    const applied = workspace.apply('cutout');
    await settled();
    press('Escape');
    await applied;
    expect(state.objectToolName.value).toBe('add');
    press('Escape');
    expect(state.objectToolName.value).toBe('select');
    expect(session().segmenting.isPromptEmpty.value).toBe(false);
  });

  it('ends a merge and leaves the choices, which the next one resets', async () => {
    const { workspace, session, press } = await openWithKeys();
    workspace.task.value = 'everything';
    await settled();
    const { splitting } = session();
    const layerAt = (index: number) => splitting.shown.value!.layers[index]!;
    splitting.toggle(layerAt(4));
    splitting.mergeNext(layerAt(0));
    splitting.mergeNext(layerAt(1));
    press('Escape');
    expect(splitting.mergeIntoId.value).toBeNull();
    expect(splitting.chosen.value.map(({ ids }) => ids)).toEqual([[0, 1], [2], [3]]);
    press('Escape');
    expect(splitting.chosen.value).toHaveLength(5);
  });
});
