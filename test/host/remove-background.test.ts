import { encode } from 'fast-png';
import { afterEach, expect, it } from 'vitest';
import { Segmenter } from '../../src/inference/index.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { EngineClient } from '../../src/ui/engine/engine-client.ts';
import { Workspace } from '../../src/ui/session/workspace.ts';
import { sceneNetwork } from '../unit/scene-network.ts';
import { box, circle, without } from '../unit/synthetic-logits.ts';
import { FigmaDocument } from './document/figma-document.ts';
import { openPlugin, type OpenPlugin } from './open-plugin.ts';

/** The menu entry from its start to what it leaves in the document: the window's code, the engine, a network that sees a disc. */
const SIZE = { width: 200, height: 150 };
const DISC = circle(512, 384, 200);
const SCENE = [without(box(-9, -9, 1033, 777), DISC), DISC];
const NAMES = ['First', 'Second', 'Third'];

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
});

async function removeBackgrounds(readsBadly: (read: number) => boolean) {
  const document = new FigmaDocument();
  const photoIds = NAMES.map((name, n) => {
    // Three different pictures, so that three are embedded.
    const data = Uint8Array.from({ length: SIZE.width * SIZE.height * 4 }, (_, i) =>
      i % 4 === 3 ? 255 : (i * (n + 7)) % 256,
    );
    const { hash } = document.images.add(encode({ ...SIZE, data, channels: 4 }));
    const fills: Paint[] = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }];
    return document.add('RECTANGLE', {
      ...SIZE,
      relativeTransform: [
        [1, 0, n * 300],
        [0, 1, 0],
      ],
      name,
      fills,
    });
  });
  document.setSelection(photoIds);
  document.commitUndo();
  plugin = await openPlugin(document, { command: 'subject' });
  const segmenter = Segmenter.withNetwork(sceneNetwork(SCENE), { codec: sharpImageCodec });
  const served = {
    embed: ({ file }: { file: Uint8Array }) => segmenter.embed(file),
    findSubject: async ({ imageId }: { imageId: string }) => ({
      proposals: await segmenter.findSubject(imageId),
    }),
    makeCutout: async ({ imageId, logits }: { imageId: string; logits: Float32Array }) => ({
      tiles: await segmenter.makeCutout(imageId, logits),
    }),
  };
  const engine = {
    call: (method: keyof typeof served, params: never) => served[method](params),
    onLost: () => () => {},
  } as unknown as EngineClient;
  let readCount = 0;
  const workspace = new Workspace({
    host: plugin.channel,
    engine,
    decode: async () => {
      if (readsBadly(readCount++)) throw new Error('not an image');
      return { ...SIZE, close: () => {} };
    },
  });
  await workspace.start();
  await expect
    .poll(() => workspace.removal.state.value.phase, { timeout: 20_000, interval: 20 })
    .toBe('done');
  const cutouts = document
    .require(document.currentPageId)
    .childIds.filter((id) => !photoIds.includes(id))
    .map((id) => document.require(id));
  return { document, photoIds, cutouts, state: workspace.removal.state.value };
}

it('Remove background places a cutout over each selected layer', async () => {
  const { document, photoIds, cutouts, state } = await removeBackgrounds(() => false);
  expect(state).toMatchObject({ placedCount: 3, count: 3, failures: [] });
  expect(cutouts.map(({ name }) => name)).toEqual(NAMES.map((name) => `${name} cutout`));
  cutouts.forEach(({ id }, n) => {
    // The disc is 400 of 1024 model pixels wide, and an image is 200 wide.
    const { x, y, width, height } = document.absoluteBounds(id);
    expect(Math.abs(width - (400 * 200) / 1024)).toBeLessThan(3);
    expect(Math.abs(height - width)).toBeLessThan(3);
    expect(Math.abs(x + width / 2 - (n * 300 + 100))).toBeLessThan(2);
    expect(Math.abs(y + height / 2 - 75)).toBeLessThan(2);
  });
  for (let step = 0; step < NAMES.length; step++) document.undo();
  expect([...document.require(document.currentPageId).childIds]).toEqual(photoIds);
});

it('goes on when one of them fails, and names it', async () => {
  const { cutouts, state } = await removeBackgrounds((read) => read === 1 || read === 2);
  expect(cutouts.map(({ name }) => name)).toEqual(['First cutout', 'Third cutout']);
  expect(state).toMatchObject({ placedCount: 2, failures: [{ layerName: 'Second' }] });
});
