import { afterEach, describe, expect, it, vi } from 'vitest';
import { FigmaDocument } from './document/figma-document.ts';
import { gradientPng } from './mask-picture.ts';
import { openPlugin, type OpenPlugin } from './open-plugin.ts';

const PHOTO = gradientPng({ width: 30, height: 20 });

let plugin: OpenPlugin | null = null;
afterEach(() => plugin?.double.close());

function photoFill(document: FigmaDocument, paint: Partial<ImagePaint> = {}): Paint {
  return { type: 'IMAGE', scaleMode: 'FILL', imageHash: document.images.add(PHOTO).hash, ...paint };
}

async function listed(document: FigmaDocument, ids: readonly string[]) {
  document.setSelection(ids);
  plugin = await openPlugin(document);
  const { images, ...rest } = await plugin.channel.call('getSelection', {});
  return { names: images.map(({ name }) => name), images, ...rest };
}

describe('the images of a selection', () => {
  it('are found inside of frames, groups, sections, components and instances, frontmost first', async () => {
    const document = new FigmaDocument();
    const fills = [photoFill(document)];
    const section = document.add('SECTION');
    const frame = document.add('FRAME', { fills, name: 'frame' }, section);
    const group = document.add('GROUP', {}, frame);
    document.add('RECTANGLE', { fills, name: 'low' }, group);
    document.add('ELLIPSE', { fills, name: 'high' }, group);
    const instance = document.add('INSTANCE', {}, frame);
    document.add('VECTOR', { fills, name: 'in instance' }, instance);
    document.add('RECTANGLE', { name: 'plain' }, document.add('COMPONENT', {}, section));
    expect(await listed(document, [section])).toMatchObject({
      names: ['frame', 'in instance', 'high', 'low'],
      emptyReason: null,
      omittedCount: 0,
    });
  });

  it('are those that show: not hidden, not without an image, not hidden by a parent', async () => {
    const document = new FigmaDocument();
    const add = (name: string, fills: Paint[] | 'mixed', parentId?: string, visible = true) =>
      document.add(fills === 'mixed' ? 'TEXT' : 'RECTANGLE', { name, fills, visible }, parentId);
    const hidden = document.add('FRAME', { visible: false });
    const union = document.add('BOOLEAN_OPERATION');
    const ids = [
      add('hidden layer', [photoFill(document)], undefined, false),
      add('hidden fill', [photoFill(document, { visible: false })]),
      add('lost image', [photoFill(document, { imageHash: null })]),
      add('plain', [{ type: 'SOLID', color: { r: 1, g: 0, b: 0 } }]),
      add('several fills', 'mixed'),
      add('shown', [{ type: 'SOLID', color: { r: 1, g: 0, b: 0 } }, photoFill(document)]),
      hidden,
      union,
    ];
    add('in a hidden frame', [photoFill(document)], hidden);
    add('in a boolean operation', [photoFill(document)], union);
    const { names, images } = await listed(document, ids);
    expect(names).toEqual(['shown']);
    expect(images[0]).toMatchObject({ source: { fillIndex: 1 }, layerSize: { width: 100, height: 100 } });
  });

  it('are at most a hundred; the rest is counted', async () => {
    const document = new FigmaDocument();
    const frame = document.add('FRAME');
    const fills = [photoFill(document)];
    for (let i = 0; i < 107; i++) document.add('RECTANGLE', { fills }, frame);
    const { images, omittedCount } = await listed(document, [frame]);
    expect([images.length, omittedCount]).toEqual([100, 7]);
  });

  it('of 500 selected layers are told in a number of steps that grows no faster than they do', async () => {
    const stepsFor = async (count: number) => {
      const document = new FigmaDocument();
      const fills = [photoFill(document)];
      const ids = Array.from({ length: count }, () => document.add('RECTANGLE', { fills }));
      const lookUps = vi.spyOn(document, 'require');
      const { images, omittedCount, emptyReason } = await listed(document, ids);
      plugin!.double.close();
      expect([images.length, omittedCount, emptyReason]).toEqual([100, count - 100, null]);
      return lookUps.mock.calls.length;
    };
    const [few, many] = [await stepsFor(125), await stepsFor(500)];
    expect(many).toBeLessThanOrEqual(4 * few);
  });

  it('may be none because all of it is hidden, or a text or a vector has several fills', async () => {
    const document = new FigmaDocument();
    const frame = document.add('FRAME', { visible: false });
    const inner = document.add('RECTANGLE', { fills: [photoFill(document)] }, frame);
    const unseen = document.add('RECTANGLE', { fills: [photoFill(document, { visible: false })] });
    const text = document.add('TEXT', { fills: 'mixed' });
    const vector = document.add('VECTOR', { fills: 'mixed' });
    for (const [id, emptyReason] of [
      [inner, 'hidden'],
      [unseen, 'hidden'],
      [text, 'mixed-fills'],
      [vector, 'mixed-fills'],
    ] as const) {
      expect(await listed(document, [id])).toMatchObject({ images: [], emptyReason });
      plugin!.double.close();
    }
  });

  it('may be none, for one of two reasons', async () => {
    const document = new FigmaDocument();
    const frame = document.add('FRAME');
    expect(await listed(document, [])).toMatchObject({ images: [], emptyReason: 'nothing-selected' });
    plugin!.double.close();
    expect(await listed(document, [frame])).toMatchObject({ images: [], emptyReason: 'no-image' });
  });
});

describe('changes of the selection', () => {
  it('are told once they settle, a change of the page too', async () => {
    const document = new FigmaDocument();
    const second = document.addPage('Second');
    const fills = [photoFill(document)];
    const ids = ['a', 'b', 'c'].map((name) => document.add('RECTANGLE', { name, fills }));
    plugin = await openPlugin(document);
    const { double, ui } = plugin;
    const told = (...names: string[][]) =>
      vi.waitFor(
        () => expect(ui.selections.map(({ images }) => images.map(({ name }) => name))).toEqual(names),
        { timeout: 20_000 },
      );
    for (const id of ids) double.select([id]);
    await told(['c']);
    document.setCurrentPage(second);
    await told(['c'], []);
    document.setCurrentPage(document.pageIds[0]!);
    await told(['c'], [], ['c']);
    document.remove(ids[2]!);
    await told(['c'], [], ['c'], []);
    expect(double.errors).toEqual([]);
  });
});
