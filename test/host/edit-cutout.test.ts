import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { scaling } from '../../src/shared/affine.ts';
import { MAX_RECIPE_POINTS, OUTPUT_KINDS, type CutoutRecipe } from '../../src/shared/cutout-recipe.ts';
import type { ObjectOutput, OutputKind } from '../../src/shared/host-contract.ts';
import { FigmaDocument, type NodePatch } from './document/figma-document.ts';
import type { NodeRecord } from './document/node-record.ts';
import { gradientPng, maskTile, polygonPath, splitTile, OBJECT, SIZE } from './mask-picture.ts';
import { firstSource, openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';

/** Results remember what they were made of, and take one another's place. */
const SMALLER = OBJECT.map(({ x, y }) => ({ x: (x + 20) / 2, y: (y + 10) / 2 }));
const outputOf = (kind: OutputKind, polygon = OBJECT): ObjectOutput =>
  kind === 'cutout' ? { kind, tiles: [maskTile(SIZE, polygon)] } : { kind, paths: [polygonPath(polygon)] };

function recipe(kind: OutputKind): CutoutRecipe {
  return {
    kind,
    outlineDetail: 0.25,
    isSubject: false,
    box: null,
    points: [
      { x: 40, y: 30, label: 1 },
      { x: 22.5, y: 12, label: 0 },
    ],
    steps: [
      { pointCount: 1, maskSize: 'part' },
      { pointCount: 2, maskSize: null },
    ],
  };
}

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
});

async function open(parent?: { document: FigmaDocument; parentId: string }) {
  const document = parent?.document ?? new FigmaDocument();
  const { hash } = document.images.add(gradientPng(SIZE));
  const photoId = document.add(
    'RECTANGLE',
    {
      ...SIZE,
      name: 'Photo',
      relativeTransform: [
        [1, 0, 300],
        [0, 1, 200],
      ],
      fills: [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }],
    },
    parent?.parentId,
  );
  document.setSelection([photoId]);
  document.commitUndo();
  plugin = await openPlugin(document, { command: 'edit' });
  const { channel } = plugin;
  const source = await firstSource(channel);
  const place = (kind: OutputKind, more: Partial<Parameters<typeof channel.call<'placeOutput'>>[1]> = {}) =>
    channel.call('placeOutput', {
      source,
      pixels: STORED,
      imageSizePx: SIZE,
      output: outputOf(kind),
      recipe: recipe(kind),
      ...more,
    });
  const nodes = () => JSON.parse(document.toJson()) as NodeRecord[];
  return { document, photoId, hash, channel, source, place, nodes };
}

describe.each(OUTPUT_KINDS)('a %s', (kind) => {
  it('says what it was made of', async () => {
    const { place, channel, source, document } = await open();
    const { nodeIds } = await place(kind);
    expect(await channel.call('readCutout', {})).toEqual({
      nodeId: nodeIds[0],
      name: `Photo ${kind.replace('-', ' ')}`,
      nodeIds,
      layer: { source, name: 'Photo', layerSize: SIZE },
      imageSizePx: SIZE,
      isRendered: false,
      recipe: recipe(kind),
    });
    // Whatever part of it is selected.
    document.setSelection([nodeIds.at(-1)!]);
    expect((await channel.call('readCutout', {})).nodeId).toBe(nodeIds[0]);
  });

  it('takes the place of the one before, in one undo step', async () => {
    const { place, document, nodes, channel } = await open();
    const first = await place(kind);
    const before = nodes();
    const { nodeIds } = await place(kind, { replacesNodeId: first.nodeIds[0]! });
    expect(document.get(first.nodeIds[0]!)).toBeUndefined();
    const rename = new Map(nodeIds.map((id, i) => [id, first.nodeIds[i]!]));
    const renamed = JSON.parse(
      document
        .toJson()
        .replace(/"([^"]*)"/g, (text, id: string) => (rename.has(id) ? `"${rename.get(id)}"` : text)),
    ) as NodeRecord[];
    const byId = (list: NodeRecord[]) => Object.fromEntries(list.map((node) => [node.id, node]));
    const comparable = (list: NodeRecord[]) =>
      JSON.parse(JSON.stringify(byId(list)), (key, value: unknown) =>
        typeof value === 'number' ? Number(value.toFixed(4)) : key === 'pluginData' ? undefined : value,
      ) as unknown;
    expect(comparable(renamed)).toEqual(comparable(before));
    expect((await channel.call('readCutout', {})).nodeId).toBe(nodeIds[0]);
    document.undo();
    expect(nodes()).toEqual(before);
  });

  it('is replaced where it was moved to, and keeps its looks', async () => {
    const { place, document } = await open();
    const frameId = document.add('FRAME', { width: 500, height: 500, clipsContent: false });
    const { nodeIds } = await place(kind);
    const rootId = nodeIds[0]!;
    document.move(rootId, frameId, 0);
    document.add('RECTANGLE', { name: 'Above' }, frameId);
    const { width, height } = document.require(rootId);
    document.update(rootId, {
      relativeTransform: [
        [0, -1, 90],
        [1, 0, 70],
      ],
      name: 'Hero',
      opacity: 0.5,
      effects: [{ type: 'LAYER_BLUR', radius: 4, visible: true } as Effect],
    });
    if (kind === 'cutout') document.update(rootId, { width: width * 2, height: height * 3 });
    const bounds = document.absoluteBounds(rootId);
    const fresh = await place(kind, { replacesNodeId: rootId });
    const after = document.require(fresh.nodeIds[0]!);
    expect(after).toMatchObject({ name: 'Hero', opacity: 0.5, parentId: frameId });
    expect(after.effects).toMatchObject([{ type: 'LAYER_BLUR', radius: 4 }]);
    expect(document.require(frameId).childIds.indexOf(after.id)).toBe(0);
    expect(document.require(frameId).childIds).toHaveLength(2);
    const now = document.absoluteBounds(after.id);
    for (const key of ['x', 'y', 'width', 'height'] as const) expect(now[key]).toBeCloseTo(bounds[key], 3);
  });

  it('goes on with the image after its layer was deleted', async () => {
    const { place, document, photoId, channel, hash } = await open();
    const { nodeIds } = await place(kind);
    const bounds = document.absoluteBounds(nodeIds[0]!);
    document.remove(photoId);
    const kept = await channel.call('readCutout', {});
    expect(kept.recipe).toEqual(recipe(kind));
    const { source } = kept.layer;
    const image = await channel.call('readImage', { source });
    expect(image.bytes).toEqual(gradientPng(SIZE));
    expect(image.visibleImagePolygon).toEqual([
      { x: 0, y: 0 },
      { x: 80, y: 0 },
      { x: 80, y: 60 },
      { x: 0, y: 60 },
    ]);
    // Twice: the result that names the image is itself replaced by the first.
    let rootId = nodeIds[0]!;
    for (let times = 0; times < 2; times++) {
      const made = await place(kind, { source, replacesNodeId: kept.nodeId });
      expect(document.get(rootId)).toBeUndefined();
      rootId = made.nodeIds[0]!;
      const now = document.absoluteBounds(rootId);
      for (const key of ['x', 'y', 'width', 'height'] as const) expect(now[key]).toBeCloseTo(bounds[key], 3);
    }
    if (kind === 'mask-group') {
      const image = document.require(document.require(rootId).childIds[1]!);
      expect(image.fills).toMatchObject([{ type: 'IMAGE', imageHash: hash }]);
      expect(document.absoluteBounds(image.id)).toEqual({ x: 300, y: 200, ...SIZE });
    }
    // With the photo back, its layer is the source again.
    document.undo();
    document.undo();
    document.undo();
    expect(document.get(photoId)).toBeDefined();
    document.setSelection([nodeIds[0]!]);
    expect((await channel.call('readCutout', {})).layer.source.layerId).toBe(photoId);
  });
});

describe('replacing', () => {
  it('takes the place of the restored result after an undo', async () => {
    const { place, document } = await open();
    const [firstId] = (await place('cutout')).nodeIds as [string];
    await place('cutout', { replacesNodeId: firstId });
    document.undo();
    expect(document.get(firstId)).toBeDefined();
    await place('cutout', { replacesNodeId: firstId });
    await place('vector', { replacesNodeId: firstId });
    const names = document.require(document.currentPageId).childIds.map((id) => document.require(id).name);
    expect(names).toEqual(['Photo', 'Photo vector']);
  });

  it('keeps a name that someone gave, whatever the kind', async () => {
    const { place, document } = await open();
    const [firstId] = (await place('cutout')).nodeIds as [string];
    document.update(firstId, { name: 'Hero' });
    const { nodeIds } = await place('mask-group', { replacesNodeId: firstId });
    expect(document.require(nodeIds[0]!).name).toBe('Hero');
  });

  it('keeps the colours of a shape and the adjustments of a picture', async () => {
    const { place, document } = await open();
    const [vectorId] = (await place('vector')).nodeIds as [string];
    const red: Paint = { type: 'SOLID', color: { r: 1, g: 0, b: 0 } };
    document.update(vectorId, { fills: [red], strokes: [red], strokeWeight: 3 });
    const vector = (await place('vector', { replacesNodeId: vectorId })).nodeIds[0]!;
    expect(document.require(vector)).toMatchObject({ fills: [red], strokes: [red], strokeWeight: 3 });

    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    const [fill] = document.require(cutoutId).fills as ImagePaint[];
    document.update(cutoutId, { fills: [{ ...fill!, filters: { exposure: 0.5 } }] });
    const output = outputOf('cutout', SMALLER);
    const cutout = (await place('cutout', { replacesNodeId: cutoutId, output })).nodeIds[0]!;
    const [now] = document.require(cutout).fills as ImagePaint[];
    expect(now!.filters).toMatchObject({ exposure: 0.5 });
    expect(now!.imageHash).not.toBe(fill!.imageHash);
  });

  it('keeps how a mask masks, corners, exports, and how it fills an auto layout', async () => {
    const { place, document } = await open();
    const row = document.add('FRAME', { layoutMode: 'HORIZONTAL' });
    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    document.move(cutoutId, row);
    const look: NodePatch = {
      isMask: true,
      maskType: 'LUMINANCE',
      cornerRadii: [8, 4, 8, 4],
      exportSettings: [{ format: 'PNG' }],
      layoutGrow: 1,
      layoutAlign: 'STRETCH',
    };
    document.update(cutoutId, look);
    const again = (await place('cutout', { replacesNodeId: cutoutId })).nodeIds[0]!;
    expect(document.require(again)).toMatchObject(look);
    // Its corners are no vector's.
    const vector = (await place('vector', { replacesNodeId: again })).nodeIds[0]!;
    expect(document.require(vector)).toMatchObject({ ...look, cornerRadii: [0, 0, 0, 0] });
    document.update(vector, { cornerRadii: [3, 3, 3, 3] });
    const rounded = (await place('vector', { replacesNodeId: vector })).nodeIds[0]!;
    expect(document.require(rounded).cornerRadii).toEqual([3, 3, 3, 3]);
  });

  it('keeps effects, adjustments and corners of the picture in a mask group', async () => {
    const { place, document, photoId } = await open();
    const solid: Paint = { type: 'SOLID', color: { r: 0, g: 0, b: 0 } };
    document.update(photoId, { fills: [...(document.require(photoId).fills as Paint[]), solid] });
    const [groupId, maskId, pictureId] = (await place('mask-group')).nodeIds as [string, string, string];
    const [fill] = document.require(pictureId).fills as ImagePaint[];
    document.update(pictureId, {
      fills: [{ ...fill!, filters: { exposure: 0.5 } }],
      effects: [{ type: 'LAYER_BLUR', radius: 4, visible: true } as Effect],
      cornerRadii: [12, 12, 12, 12],
    });
    for (const change of [() => {}, () => document.remove(maskId)]) {
      change();
      const made = await place('mask-group', { replacesNodeId: groupId });
      const picture = document.require(made.nodeIds[2]!);
      expect(picture).toMatchObject({
        effects: [{ type: 'LAYER_BLUR', radius: 4 }],
        cornerRadii: [12, 12, 12, 12],
        // All else is what the source shows now.
        fills: [{ type: 'IMAGE', filters: { exposure: 0.5 } }, { type: 'SOLID' }],
      });
      document.undo();
    }
  });

  it('replaces a result of several tiles by one of one', async () => {
    const { place, document } = await open();
    const tiles = splitTile(maskTile(SIZE, OBJECT), OBJECT);
    const first = await place('cutout', { output: { kind: 'cutout', tiles } });
    const bounds = document.absoluteBounds(first.nodeIds[0]!);
    const { nodeIds } = await place('cutout', { replacesNodeId: first.nodeIds[0]! });
    for (const id of first.nodeIds) expect(document.get(id)).toBeUndefined();
    const now = document.absoluteBounds(nodeIds[0]!);
    for (const key of ['x', 'y', 'width', 'height'] as const) expect(now[key]).toBeCloseTo(bounds[key], 3);
  });

  it('leaves everything as it was when it fails', async () => {
    const { place, nodes, document, channel } = await open();
    const [firstId] = (await place('cutout')).nodeIds as [string];
    const before = nodes();
    document.isReadOnly = true;
    await expect(place('cutout', { replacesNodeId: firstId })).rejects.toMatchObject({
      code: 'document-read-only',
    });
    document.isReadOnly = false;
    const output = { kind: 'cutout', tiles: [{ ...maskTile(SIZE, OBJECT), png: Uint8Array.of(1) }] } as const;
    await expect(place('cutout', { replacesNodeId: firstId, output: output as never })).rejects.toMatchObject(
      { code: 'internal' },
    );
    expect(nodes()).toEqual(before);
    expect((await channel.call('readCutout', {})).nodeId).toBe(firstId);
  });

  it('tells whether it replaced', async () => {
    const { place } = await open();
    const first = await place('cutout');
    expect(first).toMatchObject({ hasReplaced: false, notice: null });
    const second = await place('vector', { replacesNodeId: first.nodeIds[0]! });
    expect(second).toMatchObject({ hasReplaced: true, notice: null });
  });

  it('places beside the source when the result is gone or held fast by an instance, and says so', async () => {
    const { place, document } = await open();
    const gone = await place('cutout', { replacesNodeId: '999:1' });
    expect(gone).toMatchObject({
      hasReplaced: false,
      notice: expect.stringMatching(/was deleted/) as string,
    });
    expect(document.get(gone.nodeIds[0]!)).toBeDefined();
    const componentId = document.add('COMPONENT');
    document.move(gone.nodeIds[0]!, componentId);
    const instanceId = document.add('INSTANCE');
    const { pluginData } = document.require(gone.nodeIds[0]!);
    const heldId = document.add('RECTANGLE', { ...SIZE, name: 'Held', pluginData }, instanceId);
    const { nodeIds, hasReplaced, notice } = await place('cutout', { replacesNodeId: heldId });
    expect(document.get(heldId)).toBeDefined();
    expect(document.require(nodeIds[0]!).parentId).toBe(document.currentPageId);
    expect(hasReplaced).toBe(false);
    expect(notice).toMatch(/^"Held" stays.*inside an instance.*Edit it in its component\.$/);
    document.update(heldId, { pluginData: {} });
    document.move(heldId, document.currentPageId);
    expect((await place('cutout', { replacesNodeId: heldId })).notice).toMatch(/^"Held" stays/);
  });
});

describe('a vector in a boolean operation', () => {
  async function openInUnion() {
    const opened = await open();
    const { document, place } = opened;
    const [vectorId] = (await place('vector')).nodeIds as [string];
    const frameId = document.add('FRAME', { width: 900, height: 900 });
    const unionId = document.add('BOOLEAN_OPERATION', { name: 'Badge' }, frameId);
    document.move(vectorId, document.add('GROUP', {}, unionId));
    const topId = document.add('RECTANGLE', {}, frameId);
    return { ...opened, vectorId, frameId, unionId, topId };
  }

  it.each(['cutout', 'mask-group'] as const)('stays there when it is applied as a %s', async (kind) => {
    const { document, place, vectorId, frameId, unionId, topId } = await openInUnion();
    const before = document.require(unionId);
    const union = JSON.stringify(before);
    const { nodeIds, notice, hasReplaced } = await place(kind, { replacesNodeId: vectorId });
    expect(document.require(frameId).childIds).toEqual([unionId, nodeIds[0], topId]);
    expect(JSON.stringify(document.require(unionId))).toBe(union);
    expect(document.get(vectorId)).toBeDefined();
    expect(hasReplaced).toBe(false);
    expect(notice).toBe(
      '"Photo vector" stays, as a part of a boolean operation: the new result is above "Badge".',
    );
    const { x, y } = document.absoluteBounds(nodeIds[0]!);
    expect([x, y].map(Math.round)).toEqual(kind === 'cutout' ? [319, 209] : [300, 200]);
  });

  it('is replaced there by another vector', async () => {
    const { document, place, vectorId, unionId } = await openInUnion();
    const { nodeIds, hasReplaced } = await place('vector', { replacesNodeId: vectorId });
    expect(hasReplaced).toBe(true);
    expect(document.lineage(nodeIds[0]!).map(({ id }) => id)).toContain(unionId);
  });
});

describe('what cannot be edited', () => {
  it('says what to do', async () => {
    const { place, document, photoId, channel, hash } = await open();
    const refusal = (code: string, message: RegExp) =>
      expect(channel.call('readCutout', {})).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
      });
    await refusal('cutout-unknown', /does not say how it was cut out/);
    document.setSelection([]);
    await refusal('cutout-unknown', /Nothing is selected/);

    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    document.update(photoId, { fills: [] });
    document.images.withhold(hash);
    await refusal('image-missing', /shows another image now/);
    document.remove(photoId);
    await refusal('image-missing', /was deleted/);
    for (const damaged of ['', '{', '[]', '{"version":1}', oldVersion(document, cutoutId)]) {
      document.update(cutoutId, { pluginData: { cutout: damaged } });
      await refusal('cutout-unknown', /does not say how it was cut out/);
    }
  });

  it('is what was rendered of a layer that is gone', async () => {
    const { place, document, photoId, channel } = await open();
    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    const { pluginData } = document.require(cutoutId);
    const cutout = pluginData['cutout']!.replace('"isRendered":false', '"isRendered":true');
    document.update(cutoutId, { pluginData: { cutout } });
    expect((await channel.call('readCutout', {})).isRendered).toBe(true);
    document.remove(photoId);
    await expect(channel.call('readCutout', {})).rejects.toMatchObject({ code: 'image-missing' });
  });

  function oldVersion(document: FigmaDocument, id: string): string {
    return document.require(id).pluginData['cutout']!.replace('"version":1', '"version":2');
  }
});

it('is placed after the fills of its layer were put into another order', async () => {
  const { place, document, photoId, source, channel, hash } = await open();
  const fills = document.require(photoId).fills as Paint[];
  const solid: Paint = { type: 'SOLID', color: { r: 0, g: 0, b: 0 } };
  document.update(photoId, { fills: [solid, ...fills] });
  expect((await channel.call('readImage', { source })).bytes).toEqual(gradientPng(SIZE));
  const { nodeIds } = await place('cutout');
  expect(document.absoluteBounds(nodeIds[0]!)).toMatchObject({ x: 319, y: 209 });
  // Of two fills that show the image, the index has to tell.
  document.update(photoId, { fills: [solid, ...fills, ...fills] });
  await expect(place('cutout')).rejects.toMatchObject({ code: 'layer-changed' });
  expect(source).toMatchObject({ fillIndex: 0, imageHash: hash });
});

it('finds the image when the fills of its layer were put into another order', async () => {
  const { place, document, photoId, channel } = await open();
  await place('cutout');
  const { fills } = document.require(photoId);
  document.update(photoId, {
    fills: [{ type: 'SOLID', color: { r: 0, g: 0, b: 0 } }, ...(fills as Paint[])],
  });
  expect((await channel.call('readCutout', {})).layer.source).toMatchObject({
    layerId: photoId,
    fillIndex: 1,
  });
});

describe('a cutout that was cropped in Figma', () => {
  /** The right half of it, then moved and drawn twice as large. */
  function crop(document: FigmaDocument, id: string): void {
    const { fills, width, height } = document.require(id);
    const imageTransform: Transform = [
      [0.5, 0, 0.5],
      [0, 1, 0],
    ];
    document.update(id, {
      width,
      height: height * 2,
      fills: [{ ...(fills as ImagePaint[])[0]!, imageTransform }],
      relativeTransform: [
        [1, 0, 500],
        [0, 1, 100],
      ],
    });
  }

  it.each([1, 2])('into %i tiles shows all of itself again, where and as large as it lay', async (count) => {
    const { place, document } = await open();
    const tiles = count === 1 ? [maskTile(SIZE, OBJECT)] : splitTile(maskTile(SIZE, OBJECT), OBJECT);
    const { nodeIds } = await place('cutout', { output: { kind: 'cutout', tiles } });
    const cropped = nodeIds[count - 1]!;
    const { width, height } = document.require(cropped);
    crop(document, cropped);
    for (const id of nodeIds.slice(2)) document.remove(id);
    const made = await place('cutout', { replacesNodeId: nodeIds[0]!, output: { kind: 'cutout', tiles } });
    const now = document.absoluteBounds(made.nodeIds[count - 1]!);
    expect(now.x).toBeCloseTo(500 - width, 3);
    expect(now.y).toBeCloseTo(100, 3);
    expect(now.width).toBeCloseTo(width * 2, 3);
    expect(now.height).toBeCloseTo(height * 2, 3);
  });

  it('does so when its photo is gone', async () => {
    const { place, document, photoId, channel } = await open();
    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    const { width, height } = document.require(cutoutId);
    crop(document, cutoutId);
    document.remove(photoId);
    document.setSelection([cutoutId]);
    const { source } = (await channel.call('readCutout', {})).layer;
    const made = await place('cutout', { source, replacesNodeId: cutoutId });
    const now = document.absoluteBounds(made.nodeIds[0]!);
    expect([now.x, now.y, now.width, now.height].map(Math.round)).toEqual(
      [500 - width, 100, width * 2, height * 2].map(Math.round),
    );
  });

  it('says so when nothing of it is left', async () => {
    const { place, document } = await open();
    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    const [fill] = document.require(cutoutId).fills as ImagePaint[];
    const imageTransform: Transform = [
      [0, 0, 0.5],
      [0, 1, 0],
    ];
    document.update(cutoutId, { fills: [{ ...fill!, imageTransform }] });
    const before = document.toJson();
    await expect(place('cutout', { replacesNodeId: cutoutId })).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringMatching(/Reset the crop and try again/) as string,
    });
    expect(document.toJson()).toBe(before);
  });
});

describe('a cutout on another page than its photo', () => {
  async function openAgain() {
    const { document, place, photoId } = await open();
    const [cutoutId] = (await place('cutout')).nodeIds as [string];
    plugin!.double.close();
    const design = document.addPage('Design');
    document.move(cutoutId, design);
    // Opened with that page in front, Figma has not loaded the other one.
    document.setCurrentPage(design);
    document.setSelection([cutoutId]);
    plugin = await openPlugin(document, { command: 'edit' });
    const { channel } = plugin;
    const { source } = (await channel.call('readCutout', {})).layer;
    const placeAgain = (replacesNodeId: string) =>
      channel.call('placeOutput', {
        source,
        pixels: STORED,
        imageSizePx: SIZE,
        output: outputOf('cutout'),
        recipe: recipe('cutout'),
        replacesNodeId,
      });
    return { document, photoId, cutoutId, design, channel, source, placeAgain };
  }

  it('is edited after the file was opened again', async () => {
    const { document, cutoutId, design, channel, source, placeAgain } = await openAgain();
    expect((await channel.call('readImage', { source })).bytes).toEqual(gradientPng(SIZE));
    const { nodeIds } = await placeAgain(cutoutId);
    expect(document.require(nodeIds[0]!).parentId).toBe(design);
  });

  it('is placed above the photo if it was deleted meanwhile', async () => {
    const { document, photoId, cutoutId, placeAgain } = await openAgain();
    document.remove(cutoutId);
    const { nodeIds, notice } = await placeAgain(cutoutId);
    expect(document.require(nodeIds[0]!).parentId).toBe(document.require(photoId).parentId);
    expect(notice).toMatch(/on the page "Page 1"/);
  });
});

describe('a cutout that was put into the flow of an auto layout', () => {
  it.each(OUTPUT_KINDS)(
    'as a %s, is written down where it lies, so that it can be edited again',
    async (kind) => {
      const { place, document } = await open();
      let [rootId] = (await place(kind)).nodeIds as [string];
      const boxOf = (id: string) => {
        const { x, y, width, height } = document.absoluteBounds(id);
        return [x, y, width, height].map((value) => Number(value.toFixed(3)));
      };
      const row = document.add('FRAME', { layoutMode: 'HORIZONTAL', itemSpacing: 10 });
      document.add('RECTANGLE', {}, row);
      document.move(rootId, row);
      const before = boxOf(rootId);
      for (let times = 0; times < 2; times++) {
        [rootId] = (await place(kind, { replacesNodeId: rootId })).nodeIds as [string];
        expect(boxOf(rootId)).toEqual(before);
      }
      document.move(rootId, document.currentPageId);
      [rootId] = (await place(kind, { replacesNodeId: rootId })).nodeIds as [string];
      expect(boxOf(rootId)).toEqual(before);
    },
  );
});

it('remembers the longest recipe within what Figma keeps', async () => {
  const { place, document, channel } = await open();
  const longest: CutoutRecipe = {
    ...recipe('cutout'),
    points: Array.from({ length: MAX_RECIPE_POINTS }, (_, i) => ({ x: 4095.11 - i, y: 4095.99, label: 1 })),
    steps: Array.from({ length: MAX_RECIPE_POINTS + 1 }, (_, i) => ({ pointCount: i, maskSize: 'detail' })),
  };
  const { nodeIds } = await place('cutout', { recipe: longest });
  expect(document.require(nodeIds[0]!).pluginData['cutout']!.length).toBeLessThan(95_000);
  expect((await channel.call('readCutout', {})).recipe).toEqual(longest);
});

describe('relaunch buttons', () => {
  const { relaunchButtons, menu } = JSON.parse(readFileSync('manifest.json', 'utf8')) as {
    relaunchButtons: { command: string; name: string }[];
    menu: { command: string }[];
  };

  it('are on the result and on its source, and in the manifest', async () => {
    const { place, document, photoId } = await open();
    const { nodeIds } = await place('mask-group');
    const [rootId, ...partIds] = nodeIds as [string, ...string[]];
    expect(document.relaunchData(rootId)).toEqual({ edit: 'Cut out of “Photo”' });
    expect(Object.keys(document.relaunchData(photoId))).toEqual(['subject', 'repeat', 'object']);
    for (const id of partIds) expect(document.relaunchData(id)).toEqual({});
    const commands = relaunchButtons.map(({ command }) => command);
    for (const id of [rootId, photoId])
      expect(commands).toEqual(expect.arrayContaining(Object.keys(document.relaunchData(id))));
    for (const command of commands) expect(menu.map((entry) => entry.command)).toContain(command);
    document.undo();
    expect(document.relaunchData(photoId)).toEqual({});
  });

  it('stay on a result that another is cut out of', async () => {
    const { place, document, channel } = await open();
    const { nodeIds } = await place('cutout');
    const source = await firstSource(channel);
    expect(source.layerId).toBe(nodeIds[0]);
    const inner = await place('mask-group', { source });
    expect(Object.keys(document.relaunchData(nodeIds[0]!)).sort()).toEqual([
      'edit',
      'object',
      'repeat',
      'subject',
    ]);
    // The copy in the mask group is no cutout of its own.
    document.setSelection([inner.nodeIds.at(-1)!]);
    expect((await channel.call('readCutout', {})).nodeId).toBe(inner.nodeIds[0]);
  });
});

it('scales with an image that is decoded in another size', async () => {
  const { place, document } = await open();
  const { nodeIds } = await place('cutout');
  const bounds = document.absoluteBounds(nodeIds[0]!);
  const double = scaling(2, 2)[0][0];
  const tile = maskTile(SIZE, OBJECT);
  const { x, y, width, height } = tile.imageRect;
  const imageRect = { x: x * double, y: y * double, width: width * double, height: height * double };
  const made = await place('cutout', {
    replacesNodeId: nodeIds[0]!,
    imageSizePx: { width: 160, height: 120 },
    output: { kind: 'cutout', tiles: [{ ...tile, imageRect }] },
  });
  const now = document.absoluteBounds(made.nodeIds[0]!);
  for (const key of ['x', 'y', 'width', 'height'] as const) expect(now[key]).toBeCloseTo(bounds[key], 3);
});
