import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageSource, SourceImage } from '../../src/shared/host-contract.ts';
import { FigmaDocument } from './document/figma-document.ts';
import { gradientPng, maskTile } from './mask-picture.ts';
import { firstSource, openPlugin, type OpenPlugin } from './open-plugin.ts';
import { addPhoto } from './photo-document.ts';

/** What is different when an image has to be rendered; that it looks right is for fidelity.test.ts. */
const SIZE = { width: 80, height: 60 };
const FILTERS = { exposure: 0.5 };
const TRIANGLE = [
  { x: 20, y: 10 },
  { x: 60, y: 10 },
  { x: 40, y: 50 },
];

let document: FigmaDocument;
let photoId: string;
let plugin: OpenPlugin;
let source: ImageSource;
let before: string;

beforeEach(async () => {
  document = new FigmaDocument();
  const { hash } = document.images.add(gradientPng(SIZE));
  const fills: Paint[] = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash, filters: FILTERS }];
  photoId = addPhoto(document, gradientPng(SIZE), { longSide: 80, layer: { fills, opacity: 0.5 } });
  document.commitUndo();
  before = document.toJson();
  plugin = await openPlugin(document, { latency: { minMs: 15, maxMs: 30, seed: 4 } });
  source = await firstSource(plugin.channel);
});

afterEach(() => {
  expect(plugin.double.errors).toEqual([]);
  plugin.double.close();
});

const read = () => plugin.channel.call('readImage', { source });
const place = ({ pixels, imageSizePx }: SourceImage) =>
  plugin.channel.call('placeOutput', {
    source,
    pixels,
    imageSizePx,
    output: { kind: 'cutout', tiles: [maskTile(imageSizePx, TRIANGLE)] },
  });

describe('an image that has to be rendered', () => {
  it('leaves nothing behind, in the document or in what can be undone', async () => {
    const image = await read();
    expect(image).toMatchObject({
      pixels: { from: 'rendered', reason: 'filters' },
      imageSizePx: { width: 160, height: 120 },
    });
    expect(document.toJson()).toBe(before);
    document.undo();
    expect(document.get(photoId)).toBeUndefined();
  });

  it('leaves nothing behind when the plugin is closed meanwhile', async () => {
    const reading = read();
    await expect.poll(() => document.toJson() !== before, { interval: 1 }).toBe(true);
    plugin.double.close();
    await expect(reading).rejects.toMatchObject({ code: 'channel-closed' });
    expect(document.toJson()).toBe(before);
  });

  it('leaves nothing behind when its layer is removed meanwhile', async () => {
    const reading = read();
    await expect.poll(() => document.toJson() !== before, { interval: 1 }).toBe(true);
    document.remove(photoId);
    await expect(reading).rejects.toMatchObject({ code: 'layer-missing' });
    expect(document.require(document.currentPageId).childIds).toEqual([]);
  });

  it('cannot be had from a file that may only be viewed', async () => {
    document.isReadOnly = true;
    await expect(read()).rejects.toMatchObject({
      code: 'document-read-only',
      message: expect.stringMatching(/edit access/) as string,
    });
    expect(document.toJson()).toBe(before);
  });

  it('cannot be had when the canvas has nothing to show', async () => {
    document.images.forget(source.imageHash);
    await expect(read()).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringMatching(/could not render.*try again/) as string,
    });
    expect(document.toJson()).toBe(before);
  });

  it("has its adjustments once: not again in the cutout, whose opacity is the layer's", async () => {
    await place(await read());
    const root = document.require(document.selection()[0]!);
    expect(root.opacity).toBe(0.5);
    expect((root.fills as ImagePaint[])[0]!.filters?.exposure ?? 0).toBe(0);
  });

  it.each<[string, () => void]>([
    ['resized', () => document.update(photoId, { width: 100 })],
    [
      'adjusted again',
      () =>
        document.update(photoId, {
          fills: [{ ...(document.require(photoId).fills as ImagePaint[])[0]!, filters: {} }],
        }),
    ],
  ])('is refused as out of date when its layer was %s since', async (_what, change) => {
    const image = await read();
    change();
    const changed = document.toJson();
    await expect(place(image)).rejects.toMatchObject({
      code: 'layer-changed',
      message: expect.stringMatching(/Reload the image/) as string,
    });
    expect(document.toJson()).toBe(changed);
  });

  it('may be moved and turned meanwhile', async () => {
    const image = await read();
    document.update(photoId, {
      relativeTransform: [
        [0, -1, 300],
        [1, 0, 40],
      ],
    });
    await place(image);
    const { x, y, width, height } = document.absoluteBounds(document.selection()[0]!);
    // The tile is half as large on the canvas, on its side, a pixel of margin around it.
    expect([x + width, y, width, height].map(Math.round)).toEqual([295.5, 49.5, 21, 21].map(Math.round));
  });
});
