import { describe, expect, it } from 'vitest';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { EDITABLE_DETAIL } from '../../src/shared/engine-contract.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { currentProblem } from '../../src/ui/session/problem.ts';
import { gate, images, layer, nothing, openWorkspace, settled } from './ui-fakes.ts';

const A = { x: 100, y: 100, label: 1 } as const;
const B = { x: 300, y: 200, label: 1 } as const;
const OFF = { x: 500, y: 300, label: 0 } as const;

describe('opening', () => {
  it('shows the picture while the analysis still runs, then gets ready', async () => {
    const { engine, session, workspace, host } = await openWorkspace(nothing('nothing-selected'));
    expect(workspace.session.value).toBeNull();
    const analysis = gate();
    engine.embedGate = analysis.promise;
    host.select(images(1));
    await settled();
    expect(session().picture.value?.imageSizePx).toEqual({ width: 800, height: 400 });
    expect(session().embeddingState.value).toEqual({
      phase: 'running',
      progress: { stage: 'encode', fraction: 0.5 },
    });
    analysis.open();
    await settled();
    expect(session().embeddingState.value.phase).toBe('ready');
  });

  it('answers a click made before the analysis was done', async () => {
    const { engine, session, host } = await openWorkspace(nothing('nothing-selected'));
    const analysis = gate();
    engine.embedGate = analysis.promise;
    host.select(images(1));
    await settled();
    session().segmenting.addPoint(A);
    await settled();
    expect(engine.prompts).toHaveLength(0);
    analysis.open();
    await settled();
    expect(session().segmenting.shown.value).not.toBeNull();
  });

  it('stops the analysis at once when asked to, and starts it again', async () => {
    const { engine, session, host } = await openWorkspace(nothing('nothing-selected'));
    engine.embedGate = gate().promise;
    host.select(images(1));
    await settled();
    session().cancelEmbedding();
    expect(session().embeddingState.value.phase).toBe('cancelled');
    engine.embedGate = Promise.resolve();
    session().startEmbedding();
    await settled();
    expect(session().embeddingState.value.phase).toBe('ready');
  });

  it('says when a file is no image, and offers no useless second try', async () => {
    const { workspace, engine } = await openWorkspace(images(99));
    const problem = currentProblem(workspace, engine.client);
    expect(problem?.message).toMatch(/can’t be read/);
    expect(problem?.action).toBeNull();
  });

  it('reads the selection again when the layer changed meanwhile', async () => {
    const { workspace, engine, host, session } = await openWorkspace(nothing('nothing-selected'));
    host.readError = new TinyCutError('layer-changed', 'The layer has another image now.');
    host.select(images(1));
    await settled();
    const problem = currentProblem(workspace, engine.client);
    expect(problem?.message).toBe('The layer has another image now.');
    host.readError = null;
    host.selection = images(2);
    problem!.action!.run();
    await settled();
    expect(session().layer.name).toBe('Layer 2');
    expect(currentProblem(workspace, engine.client)).toBeNull();
  });
});

describe('prompts', () => {
  it('refines the mask on show: all points, and the logits of the chosen candidate', async () => {
    const { engine, session } = await openWorkspace();
    const { segmenting } = session();
    segmenting.addPoint(A);
    await settled();
    expect(engine.prompts[0]).toEqual({ points: [A], box: null, previousLogits: null });
    segmenting.setMaskSize('detail');
    segmenting.addPoint(OFF);
    await settled();
    expect(engine.prompts[1]!.points).toEqual([A, OFF]);
    expect(engine.prompts[1]!.previousLogits![0]).toBeCloseTo(1.3);
    expect(segmenting.entry.value.maskSize).toBeNull();
  });

  it('shows the mask of each step again on undo and redo, without asking', async () => {
    const { engine, session } = await openWorkspace();
    const { segmenting } = session();
    segmenting.addPoint(A);
    await settled();
    segmenting.setBox({ x: 10, y: 10, width: 50, height: 50 });
    await settled();
    const second = segmenting.shown.value;
    segmenting.undo();
    expect(segmenting.shown.value!.logits[0]).toBeCloseTo(1.2);
    segmenting.undo();
    expect(segmenting.isPromptEmpty.value).toBe(true);
    expect(segmenting.shown.value).toBeNull();
    segmenting.redo();
    segmenting.redo();
    expect(segmenting.shown.value).toBe(second);
    await settled();
    expect(engine.prompts).toHaveLength(2);
  });

  it('keeps the old mask in sight until the new one is there', async () => {
    const { engine, session } = await openWorkspace();
    const { segmenting } = session();
    segmenting.addPoint(A);
    await settled();
    const first = segmenting.shown.value;
    const answer = gate();
    engine.segmentGate = answer.promise;
    segmenting.addPoint(B);
    await settled();
    expect(segmenting.shown.value).toBeNull();
    expect(segmenting.drawn.value).toBe(first);
    answer.open();
    await settled();
    expect(segmenting.drawn.value).toBe(segmenting.shown.value);
  });

  it('previews the newest place only, and takes the preview for the click', async () => {
    const { engine, session } = await openWorkspace();
    const { segmenting } = session();
    const answer = gate();
    engine.segmentGate = answer.promise;
    for (let x = 1; x <= 50; x++) segmenting.hoverAt({ x, y: 10, label: 1 });
    answer.open();
    await settled();
    expect(engine.prompts.map(({ points }) => points[0]!.x)).toEqual([1, 50]);
    const preview = segmenting.hoverShown.value;
    segmenting.addPoint({ x: 50, y: 10, label: 1 });
    expect(segmenting.shown.value).toBe(preview);
    await settled();
    expect(engine.prompts).toHaveLength(2);
  });

  it('takes nothing away from nothing', async () => {
    const { engine, session } = await openWorkspace();
    session().segmenting.hoverAt(OFF);
    await settled();
    expect(engine.prompts).toHaveLength(0);
  });

  it('shows the size picked while hovering, and keeps it for the first click', async () => {
    const { session } = await openWorkspace();
    const { segmenting } = session();
    segmenting.hoverAt(A);
    await settled();
    expect(segmenting.shownSize.value).toBe('part');
    segmenting.setMaskSize('whole');
    expect(segmenting.hoverShown.value!.tokenIndex).toBe(1);
    segmenting.addPoint(A);
    expect(segmenting.shown.value!.tokenIndex).toBe(1);
    expect(segmenting.shownSize.value).toBe('whole');
  });

  it('undoes and redoes a change of the size, without asking', async () => {
    const { engine, session } = await openWorkspace();
    const { segmenting } = session();
    segmenting.addPoint(A);
    await settled();
    const first = segmenting.shown.value!;
    segmenting.setMaskSize('whole');
    segmenting.setMaskSize('detail');
    segmenting.setMaskSize('detail');
    const sizes = [segmenting.shown.value!.tokenIndex];
    segmenting.undo();
    sizes.push(segmenting.shown.value!.tokenIndex);
    segmenting.undo();
    expect(sizes).toEqual([3, 1]);
    expect(segmenting.shown.value).toBe(first);
    segmenting.redo();
    expect(segmenting.shown.value!.tokenIndex).toBe(1);
    segmenting.undo();
    segmenting.undo();
    expect(segmenting.isPromptEmpty.value).toBe(true);
    await settled();
    expect(engine.prompts).toHaveLength(1);
  });

  it('takes no step for the size that is on show already', async () => {
    const { session } = await openWorkspace();
    const { segmenting } = session();
    segmenting.addPoint(A);
    await settled();
    // The fake's own pick is the middle one.
    segmenting.setMaskSize('part');
    expect(segmenting.entry.value.maskSize).toBe('part');
    segmenting.undo();
    expect(segmenting.isPromptEmpty.value).toBe(true);
  });

  it('takes a step for a size that is picked before the mask is there', async () => {
    const { session, engine } = await openWorkspace();
    const { segmenting } = session();
    const answer = gate();
    engine.segmentGate = answer.promise;
    segmenting.addPoint(A);
    segmenting.setMaskSize('whole');
    answer.open();
    await settled();
    expect(segmenting.shown.value!.tokenIndex).toBe(1);
    segmenting.undo();
    expect(segmenting.entry.value.points).toEqual([A]);
    expect(segmenting.shown.value!.tokenIndex).toBe(2);
    expect(engine.prompts).toHaveLength(1);
  });

  it('says when a mask could not be found, and finds it on the next try', async () => {
    const { engine, session, workspace } = await openWorkspace();
    engine.segmentError = new TinyCutError('internal', 'The decoder model failed.');
    session().segmenting.addPoint(A);
    await settled();
    const problem = currentProblem(workspace, engine.client);
    expect(problem?.message).toBe('The decoder model failed.');
    problem!.action!.run();
    await settled();
    expect(session().segmenting.shown.value).not.toBeNull();
    expect(currentProblem(workspace, engine.client)).toBeNull();
  });

  it('embeds again when the engine has forgotten the image', async () => {
    const { engine, session, workspace } = await openWorkspace();
    engine.segmentError = new TinyCutError('image-missing', 'Forgotten.');
    session().segmenting.addPoint(A);
    await settled();
    expect(engine.embedded).toEqual([1, 1]);
    expect(session().segmenting.shown.value).not.toBeNull();
    expect(currentProblem(workspace, engine.client)).toBeNull();
  });
});

describe('a lost worker', () => {
  it('is replaced: the image is embedded again and the prompts are answered', async () => {
    const { engine, session, workspace } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    engine.segmentGate = gate().promise;
    session().segmenting.addPoint(B);
    await settled();
    engine.segmentGate = Promise.resolve();
    engine.workers[0]!.crash();
    await settled();
    expect(engine.workers).toHaveLength(2);
    expect(engine.embedded).toEqual([1, 1]);
    expect(engine.prompts.at(-1)!.points).toEqual([A, B]);
    expect(session().segmenting.shown.value).not.toBeNull();
    expect(currentProblem(workspace, engine.client)).toBeNull();
  });

  it('is given up after three crashes in a row, until the user tries again', async () => {
    const { engine, session, workspace, host } = await openWorkspace(nothing('nothing-selected'));
    engine.embedGate = gate().promise;
    host.select(images(1));
    for (let crash = 0; crash < 3; crash++) {
      await settled();
      engine.workers.at(-1)!.crash();
    }
    await settled();
    expect(engine.workers).toHaveLength(3);
    const problem = currentProblem(workspace, engine.client);
    expect(problem?.message).toMatch(/stopped unexpectedly/);
    engine.embedGate = Promise.resolve();
    problem!.action!.run();
    await settled();
    expect(session().embeddingState.value.phase).toBe('ready');
  });
});

describe('too little memory', () => {
  it('is told once the engine has let go of what it kept', async () => {
    const { host, engine } = await openWorkspace();
    engine.workers[0]!.channel.emit('memoryShort', {});
    await settled();
    expect(host.notified).toEqual([expect.stringMatching(/^Memory is short: .{20,}\.$/)]);
  });

  it('for a prompt is found in another worker, which answers it', async () => {
    const { engine, session, workspace } = await openWorkspace();
    engine.segmentError = new TinyCutError('out-of-memory', 'There is not enough memory for this.');
    session().segmenting.addPoint(A);
    await settled();
    expect(engine.workers).toHaveLength(2);
    expect(engine.embedded).toEqual([1, 1]);
    expect(engine.prompts.at(-1)!.points).toEqual([A]);
    expect(session().segmenting.shown.value).not.toBeNull();
    expect(currentProblem(workspace, engine.client)).toBeNull();
  });

  it('for a result is told, with the document as it was, and the next try works', async () => {
    const { host, engine, workspace, session } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    engine.makeError = new TinyCutError('out-of-memory', 'There is not enough memory for this.');
    await workspace.apply('cutout');
    expect(session().applying.state.value).toMatchObject({
      phase: 'failed',
      error: { code: 'out-of-memory' },
    });
    expect(host.placed).toEqual([]);
    await settled();
    await workspace.apply('cutout');
    expect(host.placed).toHaveLength(1);
    expect(engine.workers).toHaveLength(2);
  });
});

describe('a prompt on which the worker crashes each time', () => {
  it('ends in a message, and the image can be used on after an undo', async () => {
    const { engine, session, workspace } = await openWorkspace();
    engine.crashOnSegment = true;
    session().segmenting.addPoint(A);
    for (let i = 0; i < 4; i++) await settled();
    expect(engine.workers).toHaveLength(3);
    const problem = currentProblem(workspace, engine.client);
    expect(problem?.message).toMatch(/stopped unexpectedly/);
    session().segmenting.undo();
    engine.crashOnSegment = false;
    problem!.action!.run();
    await settled();
    session().segmenting.addPoint(B);
    await settled();
    expect(session().segmenting.shown.value).not.toBeNull();
  });
});

describe('following the selection', () => {
  it('switches to another image, cancels the run, and brings prompts back on return', async () => {
    const { engine, session, host, closed } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    engine.embedGate = gate().promise;
    host.select(images(2));
    await settled();
    const second = session();
    expect(second.layer.name).toBe('Layer 2');
    expect(closed).toEqual([1]);
    engine.embedGate = Promise.resolve();
    host.select(images(1));
    await settled();
    expect(second.embeddingState.value.phase).toBe('cancelled');
    expect(session().layer.name).toBe('Layer 1');
    expect(session().segmenting.entry.value.points).toEqual([A]);
    expect(session().segmenting.shown.value).not.toBeNull();
  });

  it('keeps the image while it is part of the selection, and when nothing is selected', async () => {
    const { session, host, workspace } = await openWorkspace();
    const first = session();
    host.select(images(2, 1, 3));
    await settled();
    expect(session()).toBe(first);
    expect(workspace.selection.value?.images).toHaveLength(3);
    host.select(nothing('nothing-selected'));
    await settled();
    expect(session()).toBe(first);
    expect(workspace.keptAtEntry.value).toBe(first.segmenting.entry.value);
  });

  it('opens the one picked from several', async () => {
    const { session, workspace } = await openWorkspace(images(1, 2));
    workspace.open(layer(2));
    await settled();
    expect(session().layer.name).toBe('Layer 2');
    expect(session().embeddingState.value.phase).toBe('ready');
  });
});

describe('applying', () => {
  it.each(['cutout', 'vector', 'mask-group'] as const)(
    'has a %s placed and remembers the kind',
    async (kind) => {
      const { host, session, workspace, engine } = await openWorkspace();
      session().segmenting.addPoint(A);
      await settled();
      await workspace.apply(kind);
      expect(host.placed.map(({ layerId, output }) => [layerId, output.kind])).toEqual([['1', kind]]);
      expect(engine.placedWith[0]![0]).toBe(session().segmenting.shown.value!.logits[0]);
      const outline = kind === 'cutout' ? null : { nodeCount: 3, maxDeviationPx: 0.4 };
      expect(session().applying.state.value).toEqual({
        phase: 'done',
        kind,
        notice: null,
        outline,
        isUpdate: false,
      });
      expect(workspace.lastKind.value).toBe(kind);
      session().segmenting.addPoint(B);
      expect(session().applying.state.value.phase).toBe('idle');
    },
  );

  it('gives every kind of result the same edge, and what is copied as a path', async () => {
    const { session, workspace, engine } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    const edge = { ...DEFAULT_EDGE, shiftPx: 3 };
    workspace.edge.value = edge;
    for (const isFitted of [true, false]) {
      workspace.isEdgeFitted.value = isFitted;
      for (const kind of ['cutout', 'vector', 'mask-group'] as const) await workspace.apply(kind);
      await workspace.traceMask();
    }
    expect(engine.edgesWith).toEqual([edge, edge, edge, edge, null, null, null, null]);
  });

  it('marks settings of the edge that are not those at first, and sets them back', async () => {
    const { workspace } = await openWorkspace();
    const { edge, isEdgeFitted, outlineDetail, isEdgeChanged } = workspace;
    expect(isEdgeChanged.value).toBe(false);
    const changes = [
      () => (edge.value = { ...edge.value, softness: 1 }),
      () => (edge.value = { ...edge.value, shiftPx: -1 }),
      () => (edge.value = { ...edge.value, smooth: 0.05 }),
      () => (isEdgeFitted.value = false),
      () => (outlineDetail.value = 1),
    ];
    for (const change of changes) {
      change();
      expect(isEdgeChanged.value).toBe(true);
      workspace.resetEdge();
      expect(isEdgeChanged.value).toBe(false);
    }
    expect([edge.value, isEdgeFitted.value, outlineDetail.value]).toEqual([
      DEFAULT_EDGE,
      true,
      EDITABLE_DETAIL,
    ]);
  });

  it('stays with the image when the host selects the result, and offers it when it is selected later', async () => {
    const { host, session, workspace } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    const first = session();
    host.resultSelection = images(5);
    host.resultIds = ['5'];
    await workspace.apply('cutout');
    await settled();
    expect(session()).toBe(first);
    expect(workspace.selection.value?.images[0]?.name).toBe('Layer 1');

    // As undo and redo in the host do, and then a click on the result.
    for (const selection of [
      nothing('nothing-selected'),
      images(5),
      nothing('nothing-selected'),
      images(5),
    ]) {
      host.select(selection);
      await settled();
      expect(session()).toBe(first);
    }
    expect(workspace.selection.value?.images[0]?.name).toBe('Layer 5');
    workspace.open(layer(5));
    await settled();
    expect(session().layer.name).toBe('Layer 5');
    host.select(images(1));
    await settled();
    expect(session().layer.name).toBe('Layer 1');
  });

  it('does nothing before there is a mask, nor twice at a time', async () => {
    const { host, session, workspace } = await openWorkspace();
    await workspace.apply('cutout');
    expect(host.placed).toEqual([]);
    session().segmenting.addPoint(A);
    await settled();
    await Promise.all([workspace.apply('cutout'), workspace.apply('vector')]);
    expect(host.placed).toHaveLength(1);
  });

  it('says why nothing was placed when the layer is gone', async () => {
    const { host, session, workspace, engine } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    host.placeError = new TinyCutError('layer-missing', 'The layer was deleted. Select another image.');
    await workspace.apply('vector');
    const problem = currentProblem(workspace, engine.client);
    expect(problem?.message).toBe('The layer was deleted. Select another image.');
    expect(problem?.action).toBeNull();
    problem!.dismiss!();
    expect(currentProblem(workspace, engine.client)).toBeNull();
    expect(session().canApply.value).toBe(true);
  });

  it('no longer says that the layer is gone once that is back and selected, but says other failures on', async () => {
    const { host, session, workspace, engine } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    for (const code of ['layer-missing', 'layer-changed'] as const) {
      host.placeError = new TinyCutError(code, 'The layer is not what it was.');
      await workspace.apply('cutout');
      host.select(nothing('nothing-selected'));
      await settled();
      expect(currentProblem(workspace, engine.client)).not.toBeNull();
      host.select(images(1));
      await settled();
      expect(currentProblem(workspace, engine.client) === null).toBe(code === 'layer-missing');
    }
  });

  it('finishes what was ordered when the user moves on, and tells through the host', async () => {
    const { host, session, workspace } = await openWorkspace();
    session().segmenting.addPoint(A);
    await settled();
    const applying = workspace.apply('cutout');
    workspace.open(layer(2));
    await applying;
    await settled();
    expect(host.placed).toHaveLength(1);
    expect(host.notified).toEqual(['Cutout placed over “Layer 1”.']);
    expect(session().layer.name).toBe('Layer 2');
  });
});

describe('an engine that does not load', () => {
  it('shows its own words, without a second try when that is hopeless', async () => {
    const { workspace, host, engine } = await openWorkspace(nothing('no-image'));
    engine.loadError = new TinyCutError('model-corrupt', 'The model is damaged.');
    await engine.client.start().catch(() => undefined);
    expect(currentProblem(workspace, engine.client)).toMatchObject({
      message: 'The model is damaged.',
      action: null,
    });
    host.select(images(1));
    await settled();
    expect(currentProblem(workspace, engine.client)?.message).toBe('The model is damaged.');
  });
});
