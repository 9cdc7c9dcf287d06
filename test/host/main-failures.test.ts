import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/shared/errors.ts';
import type { ImageSource, Output } from '../../src/shared/host-contract.ts';
import { FigmaDocument } from './document/figma-document.ts';
import { gradientPng, maskTile, polygonPath } from './mask-picture.ts';
import { firstSource, openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';
import { addPhoto } from './photo-document.ts';

const SIZE = { width: 80, height: 60 };
const PHOTO = gradientPng(SIZE);
const OTHER_PHOTO = gradientPng({ width: 81, height: 60 });
const OBJECT = [
  { x: 20, y: 10 },
  { x: 60, y: 10 },
  { x: 40, y: 50 },
];
const TILE = maskTile(SIZE, OBJECT);
const OUTPUTS: Output[] = [
  { kind: 'cutout', tiles: [TILE] },
  { kind: 'cutout', tiles: [TILE, TILE] },
  { kind: 'vector', paths: [polygonPath(OBJECT)] },
  { kind: 'mask-group', paths: [polygonPath(OBJECT)] },
];
/** Long enough to do something meanwhile. */
const SLOW = { minMs: 20, maxMs: 40, seed: 2 };

let document: FigmaDocument;
let photoId: string;
let plugin: OpenPlugin;
let source: ImageSource;

beforeEach(async () => {
  document = new FigmaDocument();
  photoId = addPhoto(document, PHOTO, { longSide: 80, parentId: document.add('FRAME') });
  document.commitUndo();
  plugin = await openPlugin(document, { latency: SLOW });
  source = await firstSource(plugin.channel);
});

afterEach(() => {
  expect(plugin.double.errors).toEqual([]);
  plugin.double.close();
});

const readImage = () => plugin.channel.call('readImage', { source });
const placeOutput = (output: Output) =>
  plugin.channel.call('placeOutput', { source, pixels: STORED, imageSizePx: SIZE, output });

/** What the user is told: a code for the UI, and a sentence that ends in what to do. */
async function expectFailure(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(call).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/^[A-Z"].{20,}[.]$/) as string,
  });
}

async function waitMs(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

const CHANGES: [what: string, change: () => void, code: ErrorCode][] = [
  ['its layer is removed', () => document.remove(photoId), 'layer-missing'],
  ['its frame is removed', () => document.remove(document.require(photoId).parentId!), 'layer-missing'],
  ['its layer shows another image', () => showOther(), 'layer-changed'],
  ['its fill is taken away', () => document.update(photoId, { fills: [] }), 'layer-changed'],
];

function showOther(): void {
  const { hash } = document.images.add(OTHER_PHOTO);
  document.update(photoId, { fills: [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }] });
}

describe('an image cannot be read', () => {
  it.each(CHANGES)('when %s beforehand', async (_what, change, code) => {
    change();
    await expectFailure(readImage(), code);
  });

  it.each(CHANGES)('when %s while it is being read', async (_what, change, code) => {
    // Right after the main process has looked the image up, while it waits for the bytes.
    const lookUp = vi.spyOn(document.images, 'get').mockImplementationOnce((hash) => {
      lookUp.mockRestore();
      queueMicrotask(change);
      return document.images.get(hash);
    });
    await expectFailure(readImage(), code);
    expect(document.get(photoId)?.fills).not.toEqual([
      expect.objectContaining({ imageHash: source.imageHash }),
    ]);
  });

  it('when Figma has lost it', async () => {
    document.images.forget(source.imageHash);
    await expectFailure(readImage(), 'image-missing');
  });

  it('when the crop is flat', async () => {
    const flat: Transform = [
      [0, 0, 0.5],
      [0, 1, 0],
    ];
    document.update(photoId, {
      fills: [{ type: 'IMAGE', scaleMode: 'CROP', imageHash: source.imageHash, imageTransform: flat }],
    });
    await expectFailure(readImage(), 'image-missing');
  });

  it('but can when the selection or the page changes meanwhile', async () => {
    const reading = readImage();
    document.setSelection([]);
    document.setCurrentPage(document.addPage('Second'));
    expect(await reading).toMatchObject({ source, imageSizePx: SIZE });
  });

  it('but can when its bytes are broken, which is for the engine to tell', async () => {
    const broken = new Uint8Array([1, 2, 3]);
    const { hash } = document.images.keep(broken, SIZE);
    document.update(photoId, { fills: [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }] });
    source = { ...source, imageHash: hash };
    expect((await readImage()).bytes).toEqual(broken);
  });
});

describe.each(OUTPUTS)('a $kind is not placed, and nothing else is changed,', (output) => {
  it.each(CHANGES)('when %s', async (_what, change, code) => {
    change();
    const before = document.toJson();
    await expectFailure(placeOutput(output), code);
    expect(document.toJson()).toBe(before);
  });

  it('when the file may only be viewed', async () => {
    document.isReadOnly = true;
    const before = document.toJson();
    await expectFailure(placeOutput(output), 'document-read-only');
    expect(document.toJson()).toBe(before);
  });

  it('when the plugin is closed while it is on its way', async () => {
    const before = document.toJson();
    const placing = placeOutput(output);
    plugin.double.close();
    await expect(placing).rejects.toMatchObject({ code: 'channel-closed' });
    await waitMs(100);
    expect(document.toJson()).toBe(before);
  });
});

describe('a message that arrives again, or from elsewhere,', () => {
  const placement = (id: number) => ({
    tinycut: true,
    kind: 'call',
    id,
    method: 'placeOutput',
    params: { source, pixels: STORED, imageSizePx: SIZE, output: OUTPUTS[2] },
  });

  it('after it was served places nothing more', async () => {
    plugin.ui.postRaw(placement(5000));
    await vi.waitFor(() => expect(document.selection()).not.toContain(photoId));
    const before = document.toJson();
    plugin.ui.postRaw(placement(5000));
    await plugin.channel.call('getSelection', {});
    await waitMs(100);
    expect(document.toJson()).toBe(before);
  });

  it('from a page of another origin is passed over', async () => {
    const before = document.toJson();
    plugin.ui.postRaw(placement(5000), 'https://example.com');
    plugin.ui.postRaw({ tinycut: true, kind: 'bye' }, 'http://localhost:8080');
    await plugin.channel.call('getSelection', {});
    await waitMs(100);
    expect(document.toJson()).toBe(before);
    // The same message, from the UI itself.
    plugin.ui.postRaw(placement(5000));
    await vi.waitFor(() => expect(document.toJson()).not.toBe(before));
  });

  it('while it is served places once', async () => {
    const before = document.require(document.require(photoId).parentId!).childIds.length;
    for (let i = 0; i < 3; i++) plugin.ui.postRaw(placement(5000));
    await waitMs(300);
    expect(document.require(document.require(photoId).parentId!).childIds).toHaveLength(before + 1);
  });
});

describe('a result that is at fault leaves the document as it was:', () => {
  const path = (data: string): Output => ({ kind: 'vector', paths: [{ windingRule: 'NONZERO', data }] });
  const FAULTS: [what: string, output: Output, code: ErrorCode][] = [
    [
      'a tile that is no image',
      { kind: 'cutout', tiles: [TILE, { ...TILE, png: new Uint8Array(9) }] },
      'internal',
    ],
    [
      'a tile of more than 4096 px',
      { kind: 'cutout', tiles: [TILE, { ...TILE, png: gradientPng({ width: 4097, height: 1 }) }] },
      'image-too-large',
    ],
    ['no tiles', { kind: 'cutout', tiles: [] }, 'bad-message'],
    ['no paths', { kind: 'mask-group', paths: [] }, 'bad-message'],
    ['an empty path', path(''), 'bad-message'],
    ['a path without a beginning', path('L 5 5 Z'), 'bad-message'],
    ['a path that ends early', path('M 1 1 C 5 5 9'), 'bad-message'],
    ['a path with a number that is none', path('M 1 1 L 1- 5 Z'), 'bad-message'],
    ['a path without area', path('M 1 1 L 1 1 Z'), 'mask-empty'],
    ['a script in a path', path('M 1 1 <script>'), 'bad-message'],
  ];
  it.each(FAULTS)('%s', async (_what, output, code) => {
    const before = document.toJson();
    await expect(placeOutput(output)).rejects.toMatchObject({ code });
    expect(document.toJson()).toBe(before);
    // The step before is that of the set-up: nothing was added to what the user can take back.
    document.undo();
    expect(document.get(photoId)).toBeUndefined();
  });
});

describe('malformed messages', () => {
  it('of any kind are survived', async () => {
    const header = { tinycut: true, kind: 'call', id: 9001 };
    const junk: unknown[] = [
      null,
      undefined,
      5,
      'getSelection',
      [],
      {},
      { tinycut: true },
      { tinycut: true, kind: 'call' },
      { ...header, id: -1, method: 'getSelection', params: {} },
      { ...header, id: 1.5, method: 'getSelection', params: {} },
      { ...header, method: 5, params: {} },
      { ...header, method: '__proto__', params: {} },
      { ...header, id: 9002, method: 'constructor', params: {} },
      { ...header, id: 9003, method: 'readImage', params: { source: { layerId: {}, fillIndex: -1 } } },
      { ...header, id: 9004, method: 'placeOutput', params: null },
      { ...header, id: 9005, method: 'resizeUi', params: { sizePx: { width: NaN, height: 1 } } },
      { ...header, id: 9006, method: 'notify', params: { message: 'x'.repeat(301), isError: false } },
      { tinycut: true, kind: 'result', id: 9007, value: 1 },
      { tinycut: true, kind: 'cancel', id: 9008 },
      { tinycut: true, kind: 'event', name: '__proto__', value: 1 },
    ];
    const before = document.toJson();
    for (const message of junk) plugin.ui.postRaw(message);
    expect((await plugin.channel.call('getSelection', {})).images).toHaveLength(1);
    expect(document.toJson()).toBe(before);
    expect(plugin.double.notifications).toEqual([]);
  });

  it('of a call are answered with what is wrong', async () => {
    const wrong = { source: { ...source, fillIndex: 'first' } } as never;
    await expect(plugin.channel.call('readImage', wrong)).rejects.toMatchObject({
      code: 'bad-message',
      message: expect.stringContaining('source.fillIndex') as string,
    });
    await expect(plugin.channel.call('eraseAll' as never, {} as never)).rejects.toMatchObject({
      code: 'unknown-method',
    });
  });
});

describe('the window', () => {
  it('opens in its size, can be resized, and closes the plugin when asked to', async () => {
    expect(plugin.ui.window).toEqual({
      title: 'TinyCut',
      widthPx: 420,
      heightPx: 560,
      isVisible: true,
      themeColors: true,
    });
    await plugin.channel.call('resizeUi', { sizePx: { width: 600, height: 700 } });
    expect(plugin.ui.window).toMatchObject({ widthPx: 600, heightPx: 700 });
    plugin.channel.call('closePlugin', {}).catch(() => {});
    await plugin.double.whenClosed;
    expect(plugin.ui.window).toBeNull();
  });

  it('shortens long notifications visibly', async () => {
    await plugin.channel.call('notify', { message: 'word '.repeat(50), isError: true });
    const [notification] = plugin.double.notifications;
    expect(notification!.isError).toBe(true);
    expect(notification!.message).toMatch(/^(word )+.*…$/);
  });
});
