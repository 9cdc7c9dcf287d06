import * as v from 'valibot';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutoutRecipeSchema, MASK_SIZES, type CutoutRecipe } from '../../src/shared/cutout-recipe.ts';
import type { Stroke } from '../../src/shared/retouch.ts';
import type { KeptCutout } from '../../src/shared/host-contract.ts';
import { promptsOf, recipeOf } from '../../src/ui/session/cutout-recipe.ts';
import { push, replacePresent, startHistory, type History } from '../../src/ui/session/history.ts';
import {
  emptyEntry,
  isEmpty,
  subjectEntry,
  withBox,
  withPoint,
  type PromptEntry,
} from '../../src/ui/session/prompt-entry.ts';
import { addStroke, invert } from '../../src/ui/session/retouching.ts';
import { images, IMAGE_SIZE_PX, layer, openWorkspace, settled } from './ui-fakes.ts';

const STROKE: Stroke = {
  mode: 'add',
  radiusPx: 9,
  imagePoints: [
    { x: 3.25, y: 4 },
    { x: 30, y: 44.5 },
  ],
};
const SETTINGS = { kind: 'vector', outlineDetail: 0.75 } as const;

/** What a user may do, in any order. */
const acts = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ x: fc.nat(799), y: fc.nat(399), label: fc.constantFrom(0, 1) }) },
    fc.constant('box' as const),
    fc.constant('subject' as const),
    fc.constantFrom('stroke' as const, 'invert' as const),
    fc.constantFrom(...MASK_SIZES),
  ),
  { minLength: 1, maxLength: 12 },
);

function play(list: typeof acts extends fc.Arbitrary<infer T> ? T : never): History<PromptEntry> {
  return list.reduce<History<PromptEntry>>((history, act) => {
    const { present } = history;
    const shown = { logits: Float32Array.of(present.id), imagePoint: { x: 7, y: 8 } };
    if (act === 'box') return push(history, withBox(present, { x: 1, y: 2, width: 30, height: 40 }));
    if (act === 'subject') return push(history, subjectEntry());
    // By hand, which asks nothing.
    if (act === 'stroke') return push(history, { ...present, retouch: addStroke(present.retouch, STROKE) });
    if (act === 'invert') return push(history, { ...present, retouch: invert(present.retouch) });
    if (typeof act === 'string')
      return (isEmpty(present) ? replacePresent : push)(history, { ...present, maskSize: act });
    return push(history, withPoint(present, { ...act, label: act.label as 0 | 1 }, shown));
  }, startHistory(emptyEntry()));
}

/** The prompts that are asked, in order, and which answer each step goes on with. */
function questions(history: History<PromptEntry>): unknown[] {
  const all = [...history.past, history.present];
  const chain = all.filter(({ id }, i) => id !== all[i + 1]?.id);
  const isRefining = (entry: PromptEntry) => entry.previousLogits !== null || entry.isRefinedMaskLost;
  let start = chain.length - 1;
  while (isRefining(chain[start]!)) start--;
  return chain
    .slice(start)
    .map((entry) => [entry.isSubject, entry.points, entry.box, entry.maskSize, isRefining(entry)]);
}

describe('a recipe', () => {
  it('asks the same questions as the prompts that it was made of', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const history = play(list);
        const recipe = recipeOf(history, SETTINGS);
        const { present } = history;
        expect(recipe === null).toBe(isEmpty(present) && present.retouch.strokes.length === 0);
        if (!recipe) return;
        const read = v.parse(cutoutRecipeSchema, JSON.parse(JSON.stringify(recipe)));
        expect(read).toMatchObject(SETTINGS);
        const again = promptsOf(read, IMAGE_SIZE_PX, IMAGE_SIZE_PX);
        expect(questions(again)).toEqual(questions(history));
        expect(again.present.retouch).toEqual(history.present.retouch);
      }),
    );
  });

  it('follows the picture when that comes in another size', () => {
    const history = play([{ x: 100, y: 50, label: 1 }, 'box', 'stroke']);
    const recipe = recipeOf(history, SETTINGS)!;
    const { present } = promptsOf(recipe, IMAGE_SIZE_PX, { width: 1600, height: 1200 });
    expect(present.points).toEqual([{ x: 200, y: 150, label: 1 }]);
    expect(present.box).toEqual({ x: 2, y: 6, width: 60, height: 120 });
    expect(present.retouch.strokes[0]!.imagePoints[1]).toEqual({ x: 60, y: 133.5 });
  });

  it('is none of nothing, nor of more clicks than can be kept', () => {
    expect(recipeOf(startHistory(emptyEntry()), SETTINGS)).toBeNull();
    const points = Array.from({ length: 1001 }, (_, x) => ({ x, y: 0, label: 1 as const }));
    expect(recipeOf(startHistory({ ...emptyEntry(), points }), SETTINGS)).toBeNull();
    const strokes = Array.from({ length: 1500 }, () => STROKE);
    const painted = { ...emptyEntry(), points: points.slice(0, 2), retouch: { isInverted: false, strokes } };
    expect(recipeOf(startHistory(painted), SETTINGS)).toBeNull();
  });

  it('is refused when its steps do not add up', () => {
    const recipe: CutoutRecipe = { ...recipeOf(play([{ x: 1, y: 1, label: 1 }]), SETTINGS)! };
    const counts = (...list: number[]) => ({
      ...recipe,
      steps: list.map((pointCount) => ({ pointCount, maskSize: null })),
    });
    expect(v.safeParse(cutoutRecipeSchema, counts(1)).success).toBe(true);
    for (const list of [[], [2], [0], [1, 1], [1, 0, 1]])
      expect(v.safeParse(cutoutRecipeSchema, counts(...list)).success).toBe(false);
  });
});

const RECIPE: CutoutRecipe = {
  kind: 'mask-group',
  outlineDetail: 1,
  isSubject: false,
  box: null,
  points: [
    { x: 10, y: 20, label: 1 },
    { x: 30, y: 20, label: 0 },
  ],
  steps: [
    { pointCount: 1, maskSize: 'detail' },
    { pointCount: 2, maskSize: null },
  ],
};

function kept(more: Partial<KeptCutout> = {}): KeptCutout {
  return {
    nodeId: '77',
    name: 'Layer 1 mask group',
    nodeIds: ['77'],
    layer: layer(1),
    imageSizePx: IMAGE_SIZE_PX,
    isRendered: false,
    recipe: RECIPE,
    ...more,
  };
}

const editKept = (cutout: KeptCutout | null) =>
  openWorkspace(images(77), 'edit', (_workspace, host) => (host.kept = cutout));

describe('Edit cutout', () => {
  it('opens the clicks on the image, and finds the mask that they had', async () => {
    const { workspace, session, engine } = await editKept(kept());
    expect(session().layer).toEqual(layer(1));
    expect(engine.prompts.map(({ points }) => points.length)).toEqual([1, 2]);
    // The first click's mask in the chosen size: the fake's token 3 of its first answer.
    expect(engine.prompts[1]!.previousLogits![0]).toBeCloseTo(1.3, 5);
    expect(session().segmenting.shown.value).not.toBeNull();
    expect([workspace.lastKind.value, workspace.outlineDetail.value]).toEqual(['mask-group', 1]);
  });

  it('knows what it edits until the prompts change, however many steps they have', async () => {
    const { session } = await editKept(kept());
    const { segmenting, editedAsItWas } = session();
    // Its second click refines the mask of the first, which had to be found again.
    expect(segmenting.entry.value.isRefinedMaskLost).toBe(false);
    expect(editedAsItWas.value).toMatchObject({ nodeId: '77' });
    segmenting.addStroke(STROKE);
    expect(editedAsItWas.value).toBeNull();
    segmenting.undo();
    expect(editedAsItWas.value).toMatchObject({ nodeId: '77' });
    segmenting.undo();
    expect(editedAsItWas.value).toBeNull();
  });

  it('replaces the result, each time anew, and remembers', async () => {
    const { workspace, session, host } = await editKept(kept());
    await workspace.apply('mask-group');
    expect(host.placed[0]).toMatchObject({ layerId: '1', replacesNodeId: '77', recipe: RECIPE });
    expect(session().applying.state.value).toMatchObject({ phase: 'done', isUpdate: true });
    session().segmenting.undo();
    await settled();
    await workspace.apply('cutout');
    expect(host.placed[1]).toMatchObject({ replacesNodeId: '77', recipe: { kind: 'cutout' } });
    expect(host.placed[1]!.recipe!.points).toHaveLength(1);
  });

  it('tells of no update where the host could not replace the result', async () => {
    const { workspace, session, host } = await editKept(kept());
    host.isReplacingRefused = true;
    await workspace.apply('mask-group');
    expect(host.placed[0]).toMatchObject({ replacesNodeId: '77' });
    expect(session().applying.state.value).toMatchObject({ phase: 'done', isUpdate: false });
  });

  it('ends when the photo itself is selected, or another image', async () => {
    const { workspace, session, host } = await editKept(kept());
    host.select(images(77));
    await settled();
    expect(session().edited.value).toMatchObject({ nodeId: '77' });
    host.select(images(1));
    await settled();
    await workspace.apply('cutout');
    expect(host.placed[0]!.replacesNodeId).toBeUndefined();
  });

  it('goes on after a visit to another image', async () => {
    const { workspace, session, host } = await editKept(kept());
    host.select(images(2));
    await settled();
    expect(session().edited.value).toBeNull();
    workspace.open(layer(1));
    await settled();
    expect(session().segmenting.entry.value.points).toHaveLength(2);
    expect(session().edited.value).toMatchObject({ nodeId: '77' });
  });

  it('opens what was only painted, and replaces it', async () => {
    const { session, host, workspace, engine } = await openWorkspace();
    session().segmenting.addStroke(STROKE);
    await workspace.apply('cutout');
    const { recipe } = host.placed[0]!;
    expect(recipe).toMatchObject({ points: [], steps: [{ pointCount: 0 }], retouch: { strokes: [STROKE] } });

    const edited = await editKept(kept({ recipe: v.parse(cutoutRecipeSchema, recipe) }));
    expect(edited.session().segmenting.entry.value.retouch.strokes).toEqual([STROKE]);
    await edited.workspace.apply('cutout');
    expect(edited.host.placed[0]).toMatchObject({ replacesNodeId: '77', recipe });
    expect(edited.engine.retouchedWith).toEqual(engine.retouchedWith);
    // Nothing is asked about strokes.
    expect(edited.engine.prompts).toEqual([]);
  });

  it('opens no clicks where they would point elsewhere, and says so', async () => {
    const { session, host } = await editKept(kept({ isRendered: true }));
    expect(session().segmenting.isPromptEmpty.value).toBe(true);
    expect(session().edited.value).toMatchObject({ nodeId: '77' });
    expect(host.notified).toEqual([expect.stringMatching(/clicks .* do not fit.*Click anew\.$/)]);
    expect(host.notified[0]!.length).toBeLessThanOrEqual(100);
  });

  it('says why it cannot, and opens what is selected', async () => {
    const { session, host } = await editKept(null);
    expect(host.notified).toEqual(['Nothing is selected.']);
    expect(session().layer).toEqual(layer(77));
    expect(session().edited.value).toBeNull();
  });
});

it('an ordinary result is kept with its recipe', async () => {
  const { workspace, session, host } = await openWorkspace();
  session().segmenting.addPoint({ x: 10, y: 20, label: 1 });
  await settled();
  await workspace.apply('cutout');
  expect(host.placed[0]).toMatchObject({
    recipe: {
      kind: 'cutout',
      points: [{ x: 10, y: 20, label: 1 }],
      steps: [{ pointCount: 1, maskSize: null }],
    },
  });
  expect(host.placed[0]!.replacesNodeId).toBeUndefined();
});
