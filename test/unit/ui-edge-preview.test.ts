import { describe, expect, it } from 'vitest';
import { TinyCutError } from '../../src/shared/errors.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { openWorkspace, settled } from './ui-fakes.ts';

const A = { x: 100, y: 100, label: 1 } as const;

async function openWithMask() {
  const opened = await openWorkspace();
  const { segmenting, edgePreview } = opened.session();
  segmenting.addPoint(A);
  await settled();
  const shown = () => edgePreview.of(segmenting.shown.value!.logits, segmenting.entry.value.retouch);
  return { ...opened, segmenting, shown };
}

describe('the preview of the edge', () => {
  it('is asked for only while the settings are open and the edge is fitted', async () => {
    const { workspace, engine, shown } = await openWithMask();
    workspace.isEdgeFitted.value = true;
    await settled();
    expect(engine.previewedEdges).toEqual([]);
    workspace.isEdgePanelOpen.value = true;
    await settled();
    expect(engine.previewedEdges).toHaveLength(1);
    expect(shown()).toMatchObject({ sizePx: { width: 4, height: 2 } });
    workspace.isEdgeFitted.value = false;
    expect(shown()).toBeNull();
    workspace.isEdgeFitted.value = true;
    workspace.task.value = 'everything';
    await settled();
    expect(shown()).toBeNull();
  });

  it('follows the settings: those in between are left out, and the former edge stays until the new one is there', async () => {
    const { workspace, engine, shown } = await openWithMask();
    workspace.isEdgeFitted.value = workspace.isEdgePanelOpen.value = true;
    await settled();
    let open = () => {};
    engine.previewGate = new Promise((resolve) => (open = resolve));
    for (const shiftPx of [1, 2, 3, 4]) {
      workspace.edge.value = { ...DEFAULT_EDGE, shiftPx };
      await settled();
    }
    expect(shown()!.alpha[1]).toBe(0);
    open();
    await settled();
    expect(shown()!.alpha[1]).toBe(4);
    expect(engine.previewedEdges.map(({ edge }) => edge.shiftPx)).toEqual([0, 1, 4]);
  });

  it('follows the mask and what is painted on it, and is never that of another mask', async () => {
    const { workspace, engine, segmenting, shown } = await openWithMask();
    workspace.isEdgeFitted.value = workspace.isEdgePanelOpen.value = true;
    await settled();
    segmenting.addStroke({ mode: 'add', radiusPx: 8, imagePoints: [{ x: 40, y: 50 }] });
    expect(shown()).toBeNull();
    await settled();
    expect(shown()).not.toBeNull();
    expect(engine.previewedEdges.at(-1)!.retouch!.strokes).toHaveLength(1);
    segmenting.setMaskSize('detail');
    expect(shown()).toBeNull();
    await settled();
    expect(shown()).not.toBeNull();
    expect(engine.previewedEdges.at(-1)!.logits).toEqual(segmenting.shown.value!.logits);
  });

  it('is called off when another mask is wanted, and not when the same one is to have another edge', async () => {
    const { workspace, engine, segmenting, shown } = await openWithMask();
    let open = () => {};
    engine.previewGate = new Promise((resolve) => (open = resolve));
    workspace.isEdgeFitted.value = workspace.isEdgePanelOpen.value = true;
    await settled();
    workspace.edge.value = { ...DEFAULT_EDGE, shiftPx: 2 };
    await settled();
    expect(engine.cancelledPreviewCount).toBe(0);
    segmenting.setMaskSize('detail');
    await settled();
    expect(engine.cancelledPreviewCount).toBe(1);
    open();
    await settled();
    expect(shown()!.alpha[1]).toBe(2);
  });

  it('gives way to the outline where it fails, and is not asked for again when memory ran out', async () => {
    const { workspace, engine, segmenting, session, shown } = await openWithMask();
    engine.previewError = new TinyCutError('mask-empty', 'Empty.');
    workspace.isEdgeFitted.value = workspace.isEdgePanelOpen.value = true;
    await settled();
    expect(shown()).toBeNull();
    expect(segmenting.error.value).toBeNull();
    engine.previewError = new TinyCutError('out-of-memory', 'Full.');
    workspace.edge.value = { ...DEFAULT_EDGE, shiftPx: 3 };
    await settled();
    await settled();
    expect(engine.workers).toHaveLength(2);
    expect(session().embeddingState.value.phase).toBe('ready');
    expect(engine.previewedEdges).toHaveLength(2);
  });
});
