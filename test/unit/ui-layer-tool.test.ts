import { describe, expect, it } from 'vitest';
import { LayerTool } from '../../src/ui/canvas/layer-tool.ts';
import { ViewState } from '../../src/ui/canvas/view-state.ts';
import { openWorkspace, settled } from './ui-fakes.ts';

/** Layers side by side, each 62.5 image pixels wide, in a view of the size of the image. */
async function openLayers() {
  const { workspace, session } = await openWorkspace();
  workspace.task.value = 'everything';
  await settled();
  const { splitting, picture, modelSizePx } = session();
  const view = new ViewState(picture.value!);
  view.viewSizePx.value = { width: 832, height: 432 };
  const tool = new LayerTool(splitting, view, picture.value!, modelSizePx);
  const at = (x: number, isShiftDown = false) => ({
    viewPoint: { x: 16 + x, y: 200 },
    button: 0,
    isAltDown: false,
    isShiftDown,
    isSpaceDown: false,
  });
  const chosenIds = () => splitting.chosen.value.map(({ ids }) => [...ids]);
  return { tool, splitting, at, chosenIds };
}

describe('layer tool', () => {
  it('leaves out the layer that is clicked, also with a hand that trembles', async () => {
    const { tool, at, chosenIds } = await openLayers();
    tool.down(at(70));
    tool.move(at(72));
    tool.up();
    expect(chosenIds()).toEqual([[0], [2], [3], [4]]);
  });

  it('does nothing by a drag, back to where it began neither', async () => {
    const { tool, splitting, at, chosenIds } = await openLayers();
    for (const isShiftDown of [false, true]) {
      tool.down(at(70, isShiftDown));
      tool.move(at(200, isShiftDown));
      tool.move(at(70, isShiftDown));
      tool.up();
    }
    expect(chosenIds()).toHaveLength(5);
    expect(splitting.mergeIntoId.value).toBeNull();
    expect(splitting.canUndo.value).toBe(false);
  });
});
