import { describe, expect, it } from 'vitest';
import { TinyCutError } from '../../src/shared/errors.ts';
import { MAX_PLACED_OBJECTS } from '../../src/shared/host-contract.ts';
import { layerContours } from '../../src/ui/canvas/layer-contours.ts';
import { showLayers } from '../../src/ui/session/layer-choice.ts';
import { currentProblem } from '../../src/ui/session/problem.ts';
import { gate, IMAGE_SIZE_PX, images, openWorkspace, settled, stripes } from './ui-fakes.ts';

async function openEverything() {
  const opened = await openWorkspace();
  opened.workspace.task.value = 'everything';
  await settled();
  return { ...opened, splitting: opened.session().splitting };
}

type Splitting = Awaited<ReturnType<typeof openEverything>>['splitting'];
const layerAt = (splitting: Splitting, index: number) => splitting.shown.value!.layers[index]!;
const chosenIds = (splitting: Splitting) => splitting.chosen.value.map(({ ids }) => [...ids]);

describe('searching', () => {
  it('begins when the tool is picked, once, and shows what was found so far', async () => {
    const { engine, workspace, session } = await openWorkspace();
    const search = gate();
    engine.searchGate = search.promise;
    const { splitting } = session();
    expect(engine.searchCount).toBe(0);
    workspace.task.value = 'everything';
    await settled();
    expect(splitting.search.state.value).toEqual({ phase: 'running', fraction: 0.5, remainingMs: 2000 });
    expect(splitting.shown.value!.layers).toHaveLength(2);
    expect(session().canSplit.value).toBe(false);
    search.open();
    await settled();
    expect(splitting.shown.value!.layers).toHaveLength(5);
    expect(session().canSplit.value).toBe(true);
    workspace.task.value = 'object';
    workspace.task.value = 'everything';
    await settled();
    expect(engine.searchCount).toBe(1);
  });

  it('begins at once when the menu entry asks for it, and only then', async () => {
    const { session, workspace } = await openWorkspace(images(1), 'everything');
    expect(session().splitting.isReady.value).toBe(true);
    workspace.task.value = 'object';
    await workspace.reopen();
    expect(workspace.task.value).toBe('object');
  });

  it('stops when it is cancelled, and when the tool is left, and begins anew', async () => {
    const { engine, workspace, session } = await openWorkspace();
    engine.searchGate = gate().promise;
    workspace.task.value = 'everything';
    await settled();
    const { search } = session().splitting;
    search.cancel();
    expect(search.state.value).toEqual({ phase: 'cancelled' });
    session().searchAgain();
    await settled();
    expect(search.state.value.phase).toBe('running');
    workspace.task.value = 'object';
    expect(search.state.value).toEqual({ phase: 'idle' });
    engine.searchGate = Promise.resolve();
    workspace.task.value = 'everything';
    await settled();
    expect(search.state.value.phase).toBe('ready');
  });

  it('begins anew in a new worker, with the choice as it was', async () => {
    const { engine, splitting } = await openEverything();
    splitting.toggle(layerAt(splitting, 1));
    engine.workers[0]!.crash();
    await settled();
    expect(engine.searchCount).toBe(2);
    expect(chosenIds(splitting)).toEqual([[0], [2], [3], [4]]);
  });

  it('embeds and searches again when the engine has forgotten the image', async () => {
    const { engine, splitting, workspace } = await openEverything();
    engine.arrangeError = new TinyCutError('image-missing', 'Forgotten.');
    splitting.setDetail(1);
    await settled();
    expect(engine.embedded).toEqual([1, 1]);
    expect(splitting.shown.value!.layers).toHaveLength(8);
    expect(currentProblem(workspace, engine.client)).toBeNull();
  });
});

describe('choosing', () => {
  it('keeps what was left out at every level of detail', async () => {
    const { splitting } = await openEverything();
    splitting.toggle(layerAt(splitting, 0));
    splitting.setDetail(1);
    await settled();
    expect(chosenIds(splitting)).toEqual([[1], [2], [3], [4], [5], [6], [7]]);
    splitting.setDetail(0);
    await settled();
    expect(chosenIds(splitting)).toEqual([[1]]);
  });

  it('merges one after the other, toggles them as one, and takes them apart', async () => {
    const { splitting } = await openEverything();
    splitting.mergeNext(layerAt(splitting, 1));
    splitting.mergeNext(layerAt(splitting, 3));
    splitting.mergeNext(layerAt(splitting, 0));
    expect(splitting.shown.value!.layers.map(({ ids }) => ids)).toEqual([[0, 1, 3], [2], [4]]);
    expect(layerAt(splitting, 0).areaFraction).toBeCloseTo(0.01 + 0.02 + 0.04);
    splitting.toggle(layerAt(splitting, 0));
    expect(chosenIds(splitting)).toEqual([[2], [4]]);
    splitting.undo();
    splitting.mergeNext(layerAt(splitting, 0));
    splitting.mergeNext(layerAt(splitting, 0));
    expect(splitting.shown.value!.layers).toHaveLength(5);
    splitting.undo();
    expect(splitting.shown.value!.layers).toHaveLength(3);
    splitting.clear();
    expect(splitting.shown.value!.layers).toHaveLength(5);
  });

  it('chooses all, none, those larger than a share, and the largest', async () => {
    const { splitting } = await openEverything();
    splitting.chooseNone();
    expect(chosenIds(splitting)).toEqual([]);
    splitting.chooseLargerThan(0.03);
    expect(chosenIds(splitting)).toEqual([[2], [3], [4]]);
    splitting.keepLargest(2);
    expect(chosenIds(splitting)).toEqual([[3], [4]]);
    splitting.chooseAll();
    expect(chosenIds(splitting)).toHaveLength(5);
  });

  it('knows the layer at a point', async () => {
    const { splitting } = await openEverything();
    const modelSizePx = { width: 1024, height: 512 };
    const idsAt = (x: number, y: number) => splitting.layerAt({ x, y }, IMAGE_SIZE_PX, modelSizePx)?.ids;
    // A stripe of 20 cells is 62.5 px of the image wide.
    expect(idsAt(10, 200)).toEqual([0]);
    expect(idsAt(70, 399)).toEqual([1]);
    expect(idsAt(600, 10)).toBeUndefined();
  });
});

describe('splitting', () => {
  it('has one group placed: the background and the chosen layers under their names', async () => {
    const { engine, host, splitting, workspace, session } = await openEverything();
    splitting.toggle(layerAt(splitting, 0));
    splitting.mergeNext(layerAt(splitting, 1));
    splitting.mergeNext(layerAt(splitting, 4));
    workspace.lastKind.value = 'vector';
    await workspace.split();
    expect(engine.madeGroups).toEqual([[[1, 4], [2], [3]]]);
    const [{ output }] = host.placed as [(typeof host.placed)[number]];
    if (output.kind !== 'layers') throw new Error('Asked for layers.');
    expect(output.layers.map(({ name, output }) => [name, output.kind])).toEqual([
      ['Background', 'vector'],
      ['Object 2', 'vector'],
      ['Object 3', 'vector'],
      ['Object 4', 'vector'],
    ]);
    expect(session().applying.state.value).toEqual({
      phase: 'done',
      kind: 'layers',
      notice: null,
      outline: null,
      isUpdate: false,
    });
  });

  it('stops while layers are made, and leaves the document as it is', async () => {
    const { engine, host, workspace, session } = await openEverything();
    const making = gate();
    engine.makeGate = making.promise;
    const split = workspace.split();
    await settled();
    expect(session().applying.state.value).toEqual({ phase: 'making', kind: 'layers', fraction: 0.5 });
    session().applying.cancel();
    await split;
    making.open();
    await settled();
    expect(session().applying.state.value).toEqual({ phase: 'idle' });
    expect(host.placed).toEqual([]);
  });

  it('is refused beforehand when there are too many, until the largest are kept', async () => {
    const { engine, splitting, session, workspace } = await openEverything();
    engine.arrangement = stripes(MAX_PLACED_OBJECTS + 5);
    splitting.setDetail(1);
    await settled();
    expect(splitting.chosen.value).toHaveLength(MAX_PLACED_OBJECTS + 5);
    expect(session().canSplit.value).toBe(false);
    await workspace.split();
    expect(engine.madeGroups).toEqual([]);
    splitting.keepLargest(MAX_PLACED_OBJECTS);
    expect(splitting.chosen.value).toHaveLength(MAX_PLACED_OBJECTS);
    expect(session().canSplit.value).toBe(true);
  });
});

describe('the outlines of layers', () => {
  it('lie along their cells, and beyond the border of the image', () => {
    const modelSizePx = { width: 1024, height: 512 };
    const shown = showLayers(stripes(2), []);
    const [first, second] = layerContours(shown, modelSizePx, IMAGE_SIZE_PX);
    for (const [contours, left, right] of [
      [first, null, 62.5],
      [second, 62.5, 125],
    ] as const) {
      expect(contours).toHaveLength(1);
      const xs = contours![0]!.filter((_, i) => i % 2 === 0);
      const ys = contours![0]!.filter((_, i) => i % 2 === 1);
      if (left === null) expect(Math.min(...xs)).toBeLessThan(0);
      else expect(Math.min(...xs)).toBeCloseTo(left, 0);
      expect(Math.max(...xs)).toBeCloseTo(right, 0);
      expect(Math.min(...ys)).toBeLessThan(0);
      expect(Math.max(...ys)).toBeGreaterThan(400);
    }
  });
});
