import { encode } from 'fast-png';
import { afterEach, describe, expect, it } from 'vitest';
import { Segmenter, type RgbaImage } from '../../src/inference/index.ts';
import { multiply, rotation, scaling, translation } from '../../src/shared/affine.ts';
import type { NamedLayer, Output, OutputKind } from '../../src/shared/host-contract.ts';
import { sceneNetwork } from '../unit/scene-network.ts';
import { box, circle } from '../unit/synthetic-logits.ts';
import { addAutoLayoutRow } from './auto-layout-row.ts';
import { FigmaDocument, type NodePatch } from './document/figma-document.ts';
import { firstSource, openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';
import { rasterise } from './rasterise.ts';
import { renderDocument } from './render/document-svg.ts';

/** Layers that the engine has made of a picture with a box, a circle that lies half on it, and a part of the circle. */
const SIZE = { width: 200, height: 150 };
const SCENE = [box(100, 100, 500, 600), circle(450, 300, 200), circle(420, 310, 80)];
const KINDS: OutputKind[] = ['cutout', 'vector', 'mask-group'];

/** Smooth, so that a picture which is drawn at another scale is still comparable. */
const picture: RgbaImage = {
  ...SIZE,
  data: Uint8Array.from({ length: SIZE.width * SIZE.height * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % SIZE.width, Math.floor((i >> 2) / SIZE.width)];
    return [x, 255 - x, y + 50, 255][i % 4]!;
  }),
};

const segmenter = Segmenter.withNetwork(sceneNetwork(SCENE));

async function makeOutput(kind: OutputKind, maxTileSidePx = 4096): Promise<Output> {
  const { imageId } = await segmenter.embed(picture);
  await segmenter.findRegions(imageId);
  const groups = segmenter.arrangeLayers(imageId, 1).layers.map(({ id }) => [id]);
  const made = await segmenter.makeLayers(imageId, groups, kind, { outline: { detail: 1 }, maxTileSidePx });
  const layers: NamedLayer[] = made.map(({ groupIndex, colour, output }) => ({
    name: groupIndex === null ? 'Background' : `Object ${groupIndex + 1}`,
    colour,
    output,
  }));
  return { kind: 'layers', layers };
}

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
});

async function place(output: Output, layer: NodePatch = {}, parent?: (document: FigmaDocument) => string) {
  const document = new FigmaDocument();
  const { hash } = document.images.add(encode({ ...picture, channels: 4 }));
  const fills: Paint[] = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }];
  const photoId = document.add('RECTANGLE', { ...SIZE, name: 'Photo', fills, ...layer }, parent?.(document));
  document.setSelection([photoId]);
  document.commitUndo();
  const before = document.toJson();
  plugin = await openPlugin(document);
  const source = await firstSource(plugin.channel);
  const result = await plugin.channel.call('placeOutput', {
    source,
    pixels: STORED,
    imageSizePx: SIZE,
    output,
  });
  const group = document.require(document.selection()[0]!);
  return {
    ...result,
    document,
    photoId,
    before,
    group,
    children: group.childIds.map((id) => document.require(id)),
  };
}

describe.each(KINDS)('an image split into %s layers', (kind) => {
  it('is one named group over an untouched source, and one undo step', async () => {
    const { document, photoId, before, group, children, nodeIds } = await place(await makeOutput(kind));
    expect(group).toMatchObject({ type: 'GROUP', name: 'Photo layers' });
    expect(children.map(({ name }) => name)).toEqual(['Background', 'Object 1', 'Object 2', 'Object 3']);
    const page = document.require(document.currentPageId);
    expect(page.childIds).toEqual([photoId, group.id]);
    expect(nodeIds).toEqual(expect.arrayContaining([group.id, ...group.childIds]));
    expect(new Set(nodeIds).size).toBe(nodeIds.length);
    plugin!.double.undo();
    expect(document.toJson()).toBe(before);
  });
});

const TURNED = multiply(translation(90, 40), rotation(-20), scaling(-1, 1)) as Transform;

describe.each(['cutout', 'mask-group'] as const)('%s layers over one another', (kind) => {
  it.each<[string, NodePatch, number]>([
    // Where the soft edges of two layers lie on one pixel, its colour is rounded twice.
    ['in its own size', {}, 2],
    ['turned, flipped and larger', { width: 300, height: 225, relativeTransform: TURNED }, 8],
    ['half transparent', { opacity: 0.5 }, 2],
  ])('look as the image does: %s', async (_, layer, tolerance) => {
    const { document, photoId, group } = await place(await makeOutput(kind), layer);
    const bounds = document.absoluteBounds(photoId);
    const draw = (hiddenId: string) => {
      document.update(hiddenId, { visible: false });
      const { pixels, width, height } = rasterise(renderDocument(document, { bounds }));
      document.update(hiddenId, { visible: true });
      return { pixels, width, height };
    };
    const expected = draw(group.id);
    const drawn = draw(photoId);
    let largestDifference = 0;
    let transparentPixels = 0;
    for (let y = 2; y < drawn.height - 2; y++) {
      for (let x = 2; x < drawn.width - 2; x++) {
        const at = (y * drawn.width + x) * 4;
        // The image's own border is drawn softly where it is turned.
        if (!isInside(expected, x, y)) continue;
        for (let c = at; c < at + 3; c++) {
          largestDifference = Math.max(largestDifference, Math.abs(drawn.pixels[c]! - expected.pixels[c]!));
        }
        if (drawn.pixels[at + 3] !== expected.pixels[at + 3]) transparentPixels++;
      }
    }
    // A seam between layers shows in alpha.
    expect(transparentPixels).toBe(0);
    expect(largestDifference).toBeLessThanOrEqual(tolerance);
  });
});

function isInside({ pixels, width }: { pixels: Uint8Array; width: number }, x: number, y: number): boolean {
  const alphaOfMiddle = pixels[(Math.floor(pixels.length / 4 / width / 2) * width + (width >> 1)) * 4 + 3]!;
  for (const [dx, dy] of [
    [-2, 0],
    [2, 0],
    [0, -2],
    [0, 2],
  ] as const) {
    if (Math.abs(pixels[((y + dy) * width + x + dx) * 4 + 3]! - alphaOfMiddle) > 1) return false;
  }
  return true;
}

it('a layer of several tiles is a group in the group', async () => {
  const { document, children } = await place(await makeOutput('cutout', 100));
  const [background] = children;
  expect(background).toMatchObject({ type: 'GROUP', name: 'Background' });
  const tiles = background!.childIds.map((id) => document.require(id));
  expect(tiles.length).toBeGreaterThan(1);
  expect(tiles.every(({ type }) => type === 'RECTANGLE')).toBe(true);
});

it('shapes have the mean colour of what they stand for', async () => {
  const output = await makeOutput('vector');
  if (output.kind !== 'layers') throw new Error('Asked for layers.');
  const { children } = await place(output);
  expect(children.map(({ fills }) => fills)).toEqual(
    output.layers.map(({ colour }) => [expect.objectContaining({ type: 'SOLID', color: colour }) as unknown]),
  );
});

it.each(KINDS)('%s layers leave an auto-layout as it was, and lie over the image', async (kind) => {
  const { document, photoId, group } = await place(await makeOutput(kind), {}, addAutoLayoutRow);
  expect(group.layoutPositioning).toBe('ABSOLUTE');
  const near = (value: number) => expect.closeTo(value, 1) as number;
  const { x, y, width, height } = document.absoluteBounds(photoId);
  expect(document.absoluteBounds(group.id)).toMatchObject({
    x: near(x),
    y: near(y),
    width: near(width),
    height: near(height),
  });
});

it('leaves nothing behind when a layer is refused', async () => {
  const output = await makeOutput('vector');
  if (output.kind !== 'layers') throw new Error('Asked for layers.');
  const flat: NamedLayer = {
    ...output.layers[0]!,
    output: { kind: 'vector', paths: [{ windingRule: 'NONZERO', data: 'M 5 5 L 5 9 Z' }] },
  };
  const document = new FigmaDocument();
  const { hash } = document.images.add(encode({ ...picture, channels: 4 }));
  const photoId = document.add('RECTANGLE', {
    ...SIZE,
    fills: [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }],
  });
  document.setSelection([photoId]);
  plugin = await openPlugin(document);
  const source = await firstSource(plugin.channel);
  const call = plugin.channel.call('placeOutput', {
    source,
    pixels: STORED,
    imageSizePx: SIZE,
    output: { kind: 'layers', layers: [...output.layers, flat] },
  });
  await expect(call).rejects.toMatchObject({ code: 'mask-empty' });
  expect(document.require(document.currentPageId).childIds).toEqual([photoId]);
});

it('the menu entry that started the plugin says what is wanted', async () => {
  for (const [command, task] of [
    ['everything', 'everything'],
    ['object', 'object'],
    ['edit', 'edit'],
    ['', 'object'],
  ] as const) {
    plugin = await openPlugin(new FigmaDocument(), { command });
    expect(await plugin.channel.call('getStartTask', {})).toEqual({ task });
    plugin.double.close();
  }
});
