import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageSource, NamedLayer, ObjectOutput, Output } from '../../src/shared/host-contract.ts';
import { FigmaDocument } from './document/figma-document.ts';
import { gradientPng, maskTile, polygonPath } from './mask-picture.ts';
import { firstSource, openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';
import { addPhoto } from './photo-document.ts';

/**
 * The document is changed under the plugin's hands: before any one of the steps that it takes to place a result, or to
 * render an image. What it has made by then must be gone afterwards, whatever step that was.
 */
const SIZE = { width: 80, height: 60 };
const OBJECT = [
  { x: 20, y: 10 },
  { x: 60, y: 10 },
  { x: 40, y: 50 },
];
const TILE = maskTile(SIZE, OBJECT);
const OBJECTS: ObjectOutput[] = [
  { kind: 'cutout', tiles: [TILE, TILE] },
  { kind: 'vector', paths: [polygonPath(OBJECT)] },
  { kind: 'mask-group', paths: [polygonPath(OBJECT)] },
];
const OUTPUTS: Output[] = [...OBJECTS, { kind: 'layers', layers: OBJECTS.map(named) }];

function named(output: ObjectOutput, index: number): NamedLayer {
  return { name: `Object ${index}`, colour: { r: 0, g: 0.5, b: 1 }, output };
}

let document: FigmaDocument;
let photoId: string;
let plugin: OpenPlugin;
let source: ImageSource;
/** Called before each change that the plugin makes, with how many came before it in this call. */
let onWrite: (count: number) => void = () => {};
let writeCount = 0;

async function open(filters: ImageFilters = {}): Promise<void> {
  document = new FigmaDocument();
  const { hash } = document.images.add(gradientPng(SIZE));
  const fills: Paint[] = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash, filters }];
  // In auto-layout, which would show a layer that was forgotten by everything that it moved.
  const frame = document.add('FRAME', { layoutMode: 'HORIZONTAL' });
  photoId = addPhoto(document, gradientPng(SIZE), { longSide: 80, parentId: frame, layer: { fills } });
  document.commitUndo();
  plugin = await openPlugin(document, {
    latency: { minMs: 0, maxMs: 1, seed: 5 },
    beforeWrite: () => onWrite(writeCount++),
  });
  source = await firstSource(plugin.channel);
}

afterEach(() => {
  onWrite = () => {};
  expect(plugin.double.errors).toEqual([]);
  plugin.double.close();
});

const place = (output: Output) => {
  writeCount = 0;
  return plugin.channel.call('placeOutput', { source, pixels: STORED, imageSizePx: SIZE, output });
};
const read = () => {
  writeCount = 0;
  return plugin.channel.call('readImage', { source });
};
const state = () => [document.toJson(), document.selection()];
const message = (pattern: RegExp) => expect.stringMatching(pattern) as string;

/** How often the plugin changes the document when nothing comes between. */
async function writesOf(call: () => Promise<unknown>): Promise<number> {
  await call();
  const count = writeCount;
  while (document.get(photoId)) document.undo();
  document.redo();
  document.setSelection([photoId]);
  return count;
}

describe.each(OUTPUTS)('placing a $kind leaves nothing half done', (output) => {
  beforeEach(() => open());

  /** Something comes between at each step in turn. */
  async function interruptEach(interrupt: () => void, failure: object): Promise<void> {
    let whole: readonly string[] = [];
    const count = await writesOf(async () => void (whole = (await place(output)).nodeIds));
    expect(count).toBeGreaterThan(4);
    const before = state();
    for (let step = 0; step < count; step++) {
      onWrite = (at) => at === step && interrupt();
      const outcome = await place(output).catch((error: unknown) => error);
      document.isReadOnly = false;
      if (step === count - 1) {
        // Offers buttons on the photo, which a result does without.
        expect(outcome).toMatchObject({ nodeIds: whole.map(() => expect.any(String) as string) });
        document.undo();
        document.setSelection([photoId]);
      } else expect(outcome, `step ${step} of ${count}`).toMatchObject(failure);
      expect(state(), `step ${step} of ${count}`).toEqual(before);
    }
    onWrite = () => {};
    expect((await place(output)).nodeIds).not.toEqual([]);
  }

  it('when the file becomes one that may only be viewed', () =>
    interruptEach(() => (document.isReadOnly = true), {
      code: 'document-read-only',
      message: message(/cannot be edited.*edit access/),
    }));

  it('when Figma refuses one step', () =>
    interruptEach(
      () => {
        throw new Error('in somewhere: Something went wrong');
      },
      { code: 'internal', message: message(/Something went wrong.*Nothing was changed; try again\.$/) },
    ));

  it('when what was made by then is undone', async () => {
    const count = await writesOf(() => place(output));
    const before = state();
    let undone = 0;
    for (let step = 0; step < count; step++) {
      onWrite = (at) => {
        const hasMade = at === step && JSON.stringify(state()) !== JSON.stringify(before);
        if (!hasMade) return;
        undone++;
        document.undo();
      };
      const outcome = await place(output).catch((error: unknown) => error);
      if (undone === 0) {
        document.undo();
        document.setSelection([photoId]);
        continue;
      }
      expect(outcome).toMatchObject({ message: message(/removed while it was placed.*Apply it again\.$/) });
      expect(state(), `step ${step} of ${count}`).toEqual(before);
    }
    expect(undone).toBeGreaterThan(3);
    onWrite = () => {};
    expect((await place(output)).nodeIds).not.toEqual([]);
  });

  it('when it is undone and done again afterwards: one step that holds all of it', async () => {
    const before = state();
    await place(output);
    const after = document.toJson();
    document.undo();
    expect(document.toJson()).toBe(before[0]);
    document.redo();
    expect(document.toJson()).toBe(after);
    document.undo();
    document.setSelection([photoId]);
    expect((await place(output)).nodeIds).not.toEqual([]);
  });
});

describe('rendering an image leaves nothing behind', () => {
  beforeEach(() => open({ exposure: 0.5 }));

  it('when the file becomes one that may only be viewed, once it may be edited again', async () => {
    const count = await writesOf(read);
    const before = state();
    for (let step = 0; step < count; step++) {
      onWrite = (at) => at === step && (document.isReadOnly = true);
      const outcome = await read().catch((error: unknown) => error);
      // Removing the copy is the last thing that it does, by which it has the picture.
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({ code: 'document-read-only', message: message(/edit access/) });
      onWrite = () => {};
      document.isReadOnly = false;
      await read();
      expect(state(), `step ${step} of ${count}`).toEqual(before);
    }
  });

  it('when the user undoes it meanwhile, and redoes it', async () => {
    const before = state();
    const reading = read();
    await expect.poll(() => document.toJson() !== before[0], { interval: 0 }).toBe(true);
    document.undo();
    const outcome = await reading.catch((error: unknown) => error);
    if (outcome instanceof Error)
      expect(outcome).toMatchObject({ code: 'image-missing', message: message(/undo\. Try again\.$/) });
    expect(state()).toEqual(before);
    document.redo();
    expect(document.toJson()).not.toBe(before[0]);
    await read();
    expect(state()).toEqual(before);
    document.redo();
    plugin.double.close();
    expect(state()).toEqual(before);
  });
});
