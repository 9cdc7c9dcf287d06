import { afterEach, describe, expect, it } from 'vitest';
import type { ObjectOutput, OutputKind } from '../../src/shared/host-contract.ts';
import { addAutoLayoutRow } from './auto-layout-row.ts';
import { FigmaDocument } from './document/figma-document.ts';
import { gradientPng, maskTile, polygonPath, OBJECT, SIZE } from './mask-picture.ts';
import { firstSource, openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';

/** The layer is as large as the image, so that image space is the layer's own. */
const TILE = maskTile(SIZE, OBJECT);
const OUTPUTS: Record<OutputKind, ObjectOutput> = {
  cutout: { kind: 'cutout', tiles: [TILE] },
  vector: { kind: 'vector', paths: [polygonPath(OBJECT)] },
  'mask-group': { kind: 'mask-group', paths: [polygonPath(OBJECT)] },
};
const KINDS = Object.keys(OUTPUTS) as OutputKind[];

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
});

function at(x: number, y: number): { relativeTransform: Transform } {
  return {
    relativeTransform: [
      [1, 0, x],
      [0, 1, y],
    ],
  };
}

function photo(document: FigmaDocument, paint: Partial<ImagePaint> = {}) {
  const { hash } = document.images.add(gradientPng(SIZE));
  const fill: Paint = { type: 'IMAGE', scaleMode: 'FILL', imageHash: hash, ...paint };
  return { ...SIZE, name: 'Photo', fills: [fill] };
}

async function place(document: FigmaDocument, layerId: string, kind: OutputKind) {
  document.setSelection([layerId]);
  document.commitUndo();
  plugin = await openPlugin(document);
  const source = await firstSource(plugin.channel);
  const result = await plugin.channel.call('placeOutput', {
    source,
    pixels: STORED,
    imageSizePx: SIZE,
    output: OUTPUTS[kind],
  });
  const root = document.require(document.selection()[0]!);
  return { ...result, root, parts: root.childIds.map((id) => document.require(id)) };
}

describe.each(KINDS)('a %s', (kind) => {
  it('leaves an auto-layout as it was', async () => {
    const document = new FigmaDocument();
    const row = addAutoLayoutRow(document);
    const layerId = document.add('RECTANGLE', photo(document), row);
    document.add('RECTANGLE', {}, row);
    const shapes = () =>
      ['', ...document.require(row).childIds]
        .map((id) => document.get(id || row)!)
        .filter(({ layoutPositioning }) => layoutPositioning === 'AUTO')
        .map(({ width, height, relativeTransform }) => ({ width, height, relativeTransform }));
    const before = shapes();
    const { root } = await place(document, layerId, kind);
    expect(shapes()).toEqual(before);
    expect(root.layoutPositioning).toBe('ABSOLUTE');
    expect(document.require(row).childIds.indexOf(root.id)).toBe(2);
    expect(document.absoluteBounds(root.id)).toMatchObject(
      kind === 'mask-group' ? SIZE : objectBox(kind, 112, 4),
    );
  });

  it('goes above an instance, with a word about it, and still lies over the image', async () => {
    const document = new FigmaDocument();
    const frame = document.add('FRAME', { ...at(100, 50), width: 300, height: 300 });
    const instance = document.add('INSTANCE', { ...at(20, 30), name: 'Card' }, frame);
    const group = document.add('GROUP', {}, instance);
    const layerId = document.add('RECTANGLE', { ...photo(document), ...at(5, 5) }, group);
    document.add('RECTANGLE', {}, frame);
    const { root, notice } = await place(document, layerId, kind);
    expect(notice).toMatch(/instance.*"Card"/);
    expect(document.require(frame).childIds.indexOf(root.id)).toBe(1);
    expect(document.absoluteBounds(root.id)).toMatchObject(
      kind === 'mask-group' ? SIZE : objectBox(kind, 125, 85),
    );
  });

  it('goes above a boolean operation, whose shape it would change', async () => {
    const document = new FigmaDocument();
    const union = document.add('BOOLEAN_OPERATION');
    const layerId = document.add('RECTANGLE', photo(document), union);
    const { root, notice } = await place(document, layerId, kind);
    expect(notice).toMatch(/boolean operation/);
    expect(document.require(document.currentPageId).childIds).toEqual([union, root.id]);
    expect(document.require(union).childIds).toEqual([layerId]);
  });

  it('goes above a component set when its source is one of the variants', async () => {
    const document = new FigmaDocument();
    const set = document.add('COMPONENT_SET', at(10, 0));
    const layerId = document.add('COMPONENT', { ...photo(document), ...at(5, 5) }, set);
    const { root, notice } = await place(document, layerId, kind);
    expect(notice).toMatch(/component set/);
    expect(document.require(document.currentPageId).childIds).toEqual([set, root.id]);
    expect(document.absoluteBounds(root.id)).toMatchObject(
      kind === 'mask-group' ? SIZE : objectBox(kind, 15, 5),
    );
  });

  it('joins its source under the mask of a group', async () => {
    const document = new FigmaDocument();
    const group = document.add('GROUP');
    const mask = document.add('ELLIPSE', { isMask: true }, group);
    const layerId = document.add('RECTANGLE', photo(document), group);
    const above = document.add('ELLIPSE', {}, group);
    const { root, notice } = await place(document, layerId, kind);
    expect(notice).toBeNull();
    expect(document.require(group).childIds).toEqual([mask, layerId, root.id, above]);
  });

  it('is an undo step of its own, and so is the next one', async () => {
    const document = new FigmaDocument();
    const layerId = document.add('RECTANGLE', photo(document));
    await place(document, layerId, kind);
    const once = document.toJson();
    const source = { layerId, fillIndex: 0, imageHash: document.images.add(gradientPng(SIZE)).hash };
    await plugin!.channel.call('placeOutput', {
      source,
      pixels: STORED,
      imageSizePx: SIZE,
      output: OUTPUTS[kind],
    });
    expect(document.require(document.currentPageId).childIds).toHaveLength(3);
    plugin!.double.undo();
    expect(document.toJson()).toBe(once);
    plugin!.double.undo();
    expect(document.require(document.currentPageId).childIds).toEqual([layerId]);
  });

  it('lies over an image on a page that the user has left meanwhile', async () => {
    const document = new FigmaDocument();
    const [first, second] = [document.currentPageId, document.addPage('Second')];
    const layerId = document.add('RECTANGLE', photo(document));
    document.setSelection([layerId]);
    plugin = await openPlugin(document);
    const source = await firstSource(plugin.channel);
    document.setCurrentPage(second);
    const { nodeIds, notice } = await plugin.channel.call('placeOutput', {
      source,
      pixels: STORED,
      imageSizePx: SIZE,
      output: OUTPUTS[kind],
    });
    expect(notice).toMatch(/"Page 1"/);
    expect(document.currentPageId).toBe(second);
    expect(document.require(second).childIds).toEqual([]);
    expect(document.require(first).childIds).toHaveLength(2);
    expect(nodeIds).toContain(document.selection(first)[0]);
  });
});

describe('a result is selected', () => {
  async function open() {
    const document = new FigmaDocument();
    const frame = document.add('FRAME');
    const photoId = document.add('RECTANGLE', photo(document), frame);
    const otherId = document.add('RECTANGLE', { name: 'Other' });
    document.setSelection([photoId]);
    plugin = await openPlugin(document);
    const { channel } = plugin;
    const source = await firstSource(channel);
    const placeKind = async (kind: OutputKind) => {
      const request = { source, pixels: STORED, imageSizePx: SIZE, output: OUTPUTS[kind] };
      return (await channel.call('placeOutput', request)).nodeIds as [string, ...string[]];
    };
    return { document, frame, photoId, otherId, placeKind };
  }

  it('in place of its source, of what that is in, of results before it and of nothing', async () => {
    const { document, frame, photoId, otherId, placeKind } = await open();
    const [groupId, maskId] = await placeKind('mask-group');
    expect(document.selection()).toEqual([groupId]);
    for (const selection of [[groupId], [maskId!], [photoId], [photoId, otherId], [frame], []]) {
      document.setSelection(selection);
      const [id] = await placeKind('cutout');
      expect(document.selection()).toEqual([id]);
    }
  });

  it('but not when the user has selected something else meanwhile', async () => {
    const { document, otherId, placeKind } = await open();
    document.setSelection([otherId]);
    const [id] = await placeKind('cutout');
    expect(document.get(id)).toBeDefined();
    expect(document.selection()).toEqual([otherId]);
  });
});

it('says so when the image repeats in its layer, of which the result covers one tile', async () => {
  for (const [width, isTold] of [
    [60, false],
    [80, true],
  ] as const) {
    const document = new FigmaDocument();
    // Turned, a tile is 60 wide and 80 high.
    const layer = photo(document, { scaleMode: 'TILE', scalingFactor: 1, rotation: 90 });
    const layerId = document.add('RECTANGLE', { ...layer, width, height: 80 });
    const { notice } = await place(document, layerId, 'vector');
    if (isTold) expect(notice).toMatch(/first tile/);
    else expect(notice).toBeNull();
    plugin!.double.close();
  }
});

describe('the look of the source', () => {
  const filters = {
    exposure: 0.5,
    contrast: -0.2,
    saturation: 0,
    temperature: 0,
    tint: 0.1,
    highlights: 0,
    shadows: 0,
  };

  it('is carried over to a cutout: filters, opacity and blending of paint and layer', async () => {
    const document = new FigmaDocument();
    const paint: Partial<ImagePaint> = { filters, opacity: 0.7, blendMode: 'SCREEN' };
    const look = { opacity: 0.5, blendMode: 'MULTIPLY' as const };
    const layerId = document.add('RECTANGLE', { ...photo(document, paint), ...look });
    const { root } = await place(document, layerId, 'cutout');
    expect(root).toMatchObject(look);
    expect(root.fills).toEqual([expect.objectContaining({ ...paint, scaleMode: 'CROP' })]);
  });

  it('is as see-through as the instance that the result cannot go into, and what is in between', async () => {
    for (const kind of KINDS) {
      const document = new FigmaDocument();
      const frame = document.add('FRAME', { opacity: 0.1 });
      const instance = document.add('INSTANCE', { opacity: 0.4, fills: [] }, frame);
      const group = document.add('GROUP', { opacity: 0.5 }, instance);
      const layerId = document.add('RECTANGLE', { ...photo(document), opacity: 0.8 }, group);
      const { root, parts } = await place(document, layerId, kind);
      expect(root.parentId).toBe(frame);
      const seen = (parts[1]?.opacity ?? 1) * root.opacity;
      // A vector is a plain shape.
      expect(seen).toBeCloseTo(kind === 'vector' ? 1 : 0.8 * 0.5 * 0.4);
      plugin!.double.close();
    }
  });

  it('is that of the copy in a mask group, which is neither locked nor a mask', async () => {
    const document = new FigmaDocument();
    const look = { opacity: 0.5, cornerRadii: [9, 0, 9, 0] as [number, number, number, number] };
    const layerId = document.add('ELLIPSE', {
      ...photo(document, { filters }),
      ...look,
      locked: true,
      isMask: true,
    });
    const { parts } = await place(document, layerId, 'mask-group');
    const { type, name, fills, width, height, relativeTransform } = document.require(layerId);
    expect(parts[0]).toMatchObject({ type: 'VECTOR', isMask: true, maskType: 'VECTOR' });
    expect(parts[1]).toMatchObject({ type, name, width, height, relativeTransform, ...look });
    expect(parts[1]).toMatchObject({ locked: false, isMask: false });
    expect(parts[1]!.fills).toEqual(fills);
  });

  it.each(['TEXT', 'TEXT_PATH'] as const)('is that of the letters of a %s', async (type) => {
    const document = new FigmaDocument();
    const layerId = document.add(type, { ...photo(document), characters: 'Sale' });
    const { parts } = await place(document, layerId, 'mask-group');
    expect(parts[1]).toMatchObject({ type, characters: 'Sale' });
    const source = { layerId, fillIndex: 0, imageHash: document.images.add(gradientPng(SIZE)).hash };
    // Of letters there is no convex outline, so that the pixels have to have them in their alpha.
    const { pixels } = await plugin!.channel.call('readImage', { source });
    expect(pixels).toMatchObject({ from: 'rendered', reason: 'shape' });
  });

  it('is that of a frame without what the frame holds', async () => {
    const document = new FigmaDocument();
    const layerId = document.add('FRAME', { ...photo(document), cornerRadii: [9, 8, 7, 6] });
    document.add('RECTANGLE', { name: 'caption' }, layerId);
    const { parts } = await place(document, layerId, 'mask-group');
    const { fills } = document.require(layerId);
    expect(parts[1]).toMatchObject({
      type: 'RECTANGLE',
      name: 'Photo',
      cornerRadii: [9, 8, 7, 6],
      childIds: [],
    });
    expect(parts[1]!.fills).toEqual([expect.objectContaining(fills[0] as object)]);
  });

  it('does not reach a vector, which is a plain shape', async () => {
    const document = new FigmaDocument();
    const layerId = document.add('RECTANGLE', { ...photo(document), opacity: 0.5 });
    const { root } = await place(document, layerId, 'vector');
    expect(root).toMatchObject({ type: 'VECTOR', opacity: 1, strokes: [] });
    expect(root.fills).toEqual([expect.objectContaining({ type: 'SOLID', opacity: 1 })]);
  });
});

/** Where the object lies on the canvas for a layer at (x, y): a cutout has a pixel of margin. */
function objectBox(kind: OutputKind, x: number, y: number) {
  const { imageRect } = kind === 'cutout' ? TILE : { imageRect: { x: 20, y: 10, width: 40, height: 40 } };
  const near = (value: number) => expect.closeTo(value, 3) as number;
  return {
    x: near(x + imageRect.x),
    y: near(y + imageRect.y),
    width: near(imageRect.width),
    height: near(imageRect.height),
  };
}
