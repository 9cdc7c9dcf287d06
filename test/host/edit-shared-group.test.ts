import { afterEach, describe, expect, it } from 'vitest';
import { OUTPUT_KINDS, type CutoutRecipe } from '../../src/shared/cutout-recipe.ts';
import type { ObjectOutput, OutputKind } from '../../src/shared/host-contract.ts';
import { FigmaDocument, type NodePatch } from './document/figma-document.ts';
import { gradientPng, maskTile, polygonPath, splitTile, OBJECT, SIZE } from './mask-picture.ts';
import { firstSource, openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';
import { addPhoto } from './photo-document.ts';

/** Designers put layers of their own into the group of a result: *Edit cutout* keeps them, and is not misled by them. */
const TILES = splitTile(maskTile(SIZE, OBJECT), OBJECT);
const outputOf = (kind: OutputKind): ObjectOutput =>
  kind === 'cutout' ? { kind, tiles: TILES } : { kind, paths: [polygonPath(OBJECT)] };
const recipe: CutoutRecipe = {
  kind: 'mask-group',
  outlineDetail: 0.25,
  isSubject: false,
  box: null,
  points: [{ x: 40, y: 30, label: 1 }],
  steps: [{ pointCount: 1, maskSize: null }],
};

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
});

async function open(beforeWrite: () => void = () => {}) {
  const document = new FigmaDocument();
  const photoId = addPhoto(document, gradientPng(SIZE), { longSide: 80, x: 300, y: 200 });
  document.commitUndo();
  plugin = await openPlugin(document, { command: 'edit', beforeWrite });
  const { channel } = plugin;
  const source = await firstSource(channel);
  const place = async (kind: OutputKind, replacesNodeId?: string) => {
    const { nodeIds } = await channel.call('placeOutput', {
      source,
      pixels: STORED,
      imageSizePx: SIZE,
      output: outputOf(kind),
      recipe: { ...recipe, kind },
      ...(replacesNodeId === undefined ? {} : { replacesNodeId }),
    });
    return nodeIds[0]!;
  };
  const addText = (name: string, x: number, parentId: string, index?: number): string => {
    const at: NodePatch = {
      relativeTransform: [
        [1, 0, x],
        [0, 1, 240],
      ],
    };
    const id = document.add('TEXT', { name, characters: name, width: 60, height: 20, ...at }, parentId);
    if (index !== undefined) document.move(id, parentId, index);
    return id;
  };
  const boxOf = (id: string) => {
    const { x, y, width, height } = document.absoluteBounds(id);
    return [x, y, width, height].map((value) => Number(value.toFixed(3)));
  };
  const childrenOf = (id: string) => document.require(id).childIds.map((child) => document.require(child));
  return { document, channel, photoId, place, addText, boxOf, childrenOf };
}

const GROUPS = ['mask-group', 'cutout'] as const;

describe.each(GROUPS)('what a designer put into the group of a %s', (kind) => {
  it('stays there, in the same order, and the pieces stay where they are', async () => {
    const { document, place, addText, boxOf, childrenOf } = await open();
    const groupId = await place(kind);
    const pieceBoxes = () =>
      childrenOf(rootId)
        .filter(({ type }) => type !== 'TEXT')
        .map(({ id }) => boxOf(id));
    let rootId = groupId;
    const before = pieceBoxes();
    const below = addText('below', 100, groupId, 0);
    const between = addText('between', 320, groupId, 2);
    const above = [addText('above', 400, groupId), addText('on top', 500, groupId)];
    const guests = [below, between, ...above];
    const boxes = guests.map(boxOf);
    // Twice: the result knows its pieces as well as the one before it did.
    for (let times = 0; times < 2; times++) {
      rootId = await place(kind, rootId);
      const { length } = before;
      expect(document.require(rootId).childIds.indexOf(below)).toBe(0);
      expect(document.require(rootId).childIds.indexOf(between)).toBe(2);
      expect(document.require(rootId).childIds.slice(2 + length)).toEqual(above);
      expect(guests.map(boxOf)).toEqual(boxes);
      expect(pieceBoxes()).toEqual(before);
    }
    document.undo();
    document.undo();
    expect(document.require(groupId).childIds).toContain(above[1]);
  });

  it('stays where it lies in an auto layout, too', async () => {
    const { document, place, addText, boxOf, childrenOf } = await open();
    const groupId = await place(kind);
    const caption = addText('left', 100, groupId, 0);
    const row = document.add('FRAME', { layoutMode: 'HORIZONTAL', itemSpacing: 8, padding: 4 });
    document.add('RECTANGLE', {}, row);
    document.move(groupId, row);
    const lastId = document.add('RECTANGLE', {}, row);
    const before = [caption, groupId, lastId].map(boxOf);
    const rootId = await place(kind, groupId);
    expect([caption, rootId, lastId].map(boxOf)).toEqual(before);
    expect(childrenOf(row)).toHaveLength(3);
    expect(document.require(rootId).layoutPositioning).toBe('AUTO');
  });

  it('lies above a result that has no group, where it lay', async () => {
    const { document, place, addText, boxOf } = await open();
    const groupId = await place(kind);
    const guests = [addText('below', 100, groupId, 0), addText('above', 400, groupId)];
    const boxes = guests.map(boxOf);
    const topId = document.add('RECTANGLE');
    const rootId = await place('vector', groupId);
    const order = document.require(document.currentPageId).childIds;
    expect(order.slice(1)).toEqual([rootId, ...guests, topId]);
    expect(guests.map(boxOf)).toEqual(boxes);
    expect(boxOf(rootId)).toEqual([320, 210, 40, 40]);
  });

  it('does not mislead when the photo is gone', async () => {
    const { document, channel, photoId, place, addText, boxOf, childrenOf } = await open();
    const groupId = await place(kind);
    const caption = addText('above', 400, groupId);
    const before = childrenOf(groupId).map(({ id }) => boxOf(id));
    document.remove(photoId);
    document.setSelection([caption]);
    const { nodeId, nodeIds, layer } = await channel.call('readCutout', {});
    expect(nodeId).toBe(groupId);
    // An image that a designer has put there is none of the plugin's.
    expect(nodeIds).not.toContain(caption);
    const made = await channel.call('placeOutput', {
      source: layer.source,
      pixels: STORED,
      imageSizePx: SIZE,
      output: outputOf(kind),
      recipe: { ...recipe, kind },
      replacesNodeId: groupId,
    });
    expect(childrenOf(made.nodeIds[0]!).map(({ id }) => boxOf(id))).toEqual(before);
  });

  it('comes back when the result fails at any step', async () => {
    let onWrite: () => void = () => {};
    const { document, place, addText } = await open(() => onWrite());
    const groupId = await place(kind);
    addText('below', 100, groupId, 0);
    addText('above', 400, groupId);
    document.commitUndo();
    const before = document.toJson();
    for (const isReadOnlyFromThenOn of [false, true]) {
      for (let step = 0, hasFailed = true; hasFailed; step++) {
        let count = 0;
        onWrite = () => {
          if (count++ !== step) return;
          if (isReadOnlyFromThenOn) document.isReadOnly = true;
          else throw new Error('in somewhere: Something went wrong');
        };
        hasFailed = await place(kind, groupId).then(
          () => false,
          () => true,
        );
        document.isReadOnly = false;
        if (hasFailed) expect(document.toJson(), `step ${step}`).toBe(before);
        else {
          // Past the last step, or one that a result does without.
          expect(step).toBeGreaterThan(15);
          document.undo();
          expect(JSON.parse(document.toJson())).toEqual(JSON.parse(before));
        }
      }
    }
  });

  it('is a duplicate of a piece, too, and a piece of another result', async () => {
    const { document, place, boxOf, childrenOf } = await open();
    const otherId = await place(kind);
    const groupId = await place(kind);
    const [firstId] = document.require(groupId).childIds as [string];
    const { pluginData, width, height, relativeTransform } = document.require(firstId);
    const shape = { pluginData, width, height, relativeTransform };
    const duplicate = document.add('RECTANGLE', { ...shape, name: 'Duplicate' }, groupId);
    const [foreign] = document.require(otherId).childIds as [string];
    document.move(foreign, groupId);
    const before = childrenOf(groupId).map(({ id }) => boxOf(id));
    const rootId = await place(kind, groupId);
    expect(document.require(rootId).childIds.slice(-2)).toEqual([duplicate, foreign]);
    expect(childrenOf(rootId).map(({ id }) => boxOf(id))).toEqual(before);
  });
});

it('a mask stays where it is when its picture was moved below it, or one of the two was deleted', async () => {
  const { document, place, boxOf, childrenOf } = await open();
  for (const change of [
    (_mask: string, picture: string) =>
      document.update(picture, {
        relativeTransform: [
          [1, 0, 315],
          [0, 1, 200],
        ],
      }),
    (_mask: string, picture: string) => document.remove(picture),
    (mask: string) => document.remove(mask),
  ]) {
    const groupId = await place('mask-group');
    const [mask, picture] = document.require(groupId).childIds as [string, string];
    change(mask, picture);
    const rootId = await place('mask-group', groupId);
    expect(childrenOf(rootId).map(({ id }) => boxOf(id))).toEqual([
      [320, 210, 40, 40],
      [300, 200, 80, 60],
    ]);
  }
});

it('a group that was made before pieces were marked is replaced as a whole', async () => {
  const { document, place, childrenOf, boxOf } = await open();
  for (const kind of OUTPUT_KINDS) {
    const groupId = await place('mask-group');
    const { pieces, ...record } = JSON.parse(document.require(groupId).pluginData['cutout']!) as {
      pieces: unknown[];
    };
    expect(pieces).toHaveLength(2);
    document.update(groupId, { pluginData: { cutout: JSON.stringify(record) } });
    for (const { id } of childrenOf(groupId)) document.update(id, { pluginData: {} });
    const rootId = await place(kind, groupId);
    expect(document.get(groupId)).toBeUndefined();
    // Nothing of it stays beside the photo and the new result.
    expect(childrenOf(document.currentPageId)).toHaveLength(2);
    const [x, y] = boxOf(rootId);
    expect([x, y]).toEqual(kind === 'mask-group' ? [300, 200] : kind === 'cutout' ? [319, 209] : [320, 210]);
    document.remove(rootId);
  }
});
