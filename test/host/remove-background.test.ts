import { encode } from 'fast-png';
import { afterEach, describe, expect, it } from 'vitest';
import { Segmenter } from '../../src/inference/index.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { CutoutRecipe } from '../../src/shared/cutout-recipe.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import { Workspace } from '../../src/ui/session/workspace.ts';
import { sceneNetwork } from '../unit/scene-network.ts';
import { box, circle, without } from '../unit/synthetic-logits.ts';
import { ClientStorage } from './api/client-storage.ts';
import { FigmaDocument } from './document/figma-document.ts';
import { openPlugin, STORED, type OpenPlugin } from './open-plugin.ts';
import { segmenterEngine } from './segmenter-engine.ts';

/** Quick actions from the menu to what they leave in the document: the window's code, the engine, a network that sees a disc. */
const SIZE = { width: 200, height: 150 };
const DISC = circle(512, 384, 200);
const SCENE = [without(box(-9, -9, 1033, 777), DISC), DISC];
const NAMES = ['First', 'Second', 'Third'];

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
  plugin = null;
});

interface Options {
  command?: string;
  readsBadly?: (read: number) => boolean;
  /** Which picture each layer shows. */
  pictures?: number[];
  storage?: ClientStorage;
  isReadOnly?: boolean;
  /** Before each search for a subject. */
  beforeSearch?: (opened: OpenPlugin, search: number) => void | Promise<void>;
}

async function open({ command = 'subject', pictures = [0, 1, 2], ...options }: Options) {
  const document = new FigmaDocument();
  const photoIds = pictures.map((picture, n) => {
    // Different pictures, so that each is embedded.
    const data = Uint8Array.from({ length: SIZE.width * SIZE.height * 4 }, (_, i) =>
      i % 4 === 3 ? 255 : (i * (picture + 7)) % 256,
    );
    const { hash } = document.images.add(encode({ ...SIZE, data, channels: 4 }));
    const fills: Paint[] = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }];
    return document.add('RECTANGLE', {
      ...SIZE,
      relativeTransform: [
        [1, 0, n * 300],
        [0, 1, 0],
      ],
      name: NAMES[n]!,
      fills,
    });
  });
  document.setSelection(photoIds);
  document.commitUndo();
  const { storage = new ClientStorage(), isReadOnly = false } = options;
  document.isReadOnly = isReadOnly;
  const opened = await openPlugin(document, { command, storage });
  plugin = opened;
  const prompts: Prompt[] = [];
  const workspace = serve(opened, options, prompts);
  if (!isReadOnly) await workspace.start();
  const children = () =>
    document
      .require(document.currentPageId)
      .childIds.filter((id) => !photoIds.includes(id))
      .map((id) => document.require(id));
  return { ...opened, document, photoIds, children, workspace, prompts };
}

function serve(opened: OpenPlugin, options: Options, prompts: Prompt[]): Workspace {
  const { readsBadly = () => false, beforeSearch } = options;
  const segmenter = Segmenter.withNetwork(sceneNetwork(SCENE), { codec: sharpImageCodec });
  let searchCount = 0;
  const engine = segmenterEngine(segmenter, {
    async findSubject({ imageId }: { imageId: string }) {
      await beforeSearch?.(opened, searchCount++);
      return { proposals: await segmenter.findSubject(imageId) };
    },
    async segment({ imageId, prompt }: { imageId: string; prompt: Prompt }) {
      prompts.push(prompt);
      const candidates = await segmenter.findSubject(imageId);
      return { candidates, defaultIndex: 0, bySize: candidates.map((_, i) => i), decodeMs: 0 };
    },
  });
  let readCount = 0;
  const workspace = new Workspace({
    host: opened.channel,
    engine,
    decode: async () => {
      if (readsBadly(readCount++)) throw new Error('not an image');
      return { ...SIZE, close: () => {} };
    },
  });
  opened.ui.removeBackgrounds = (...args) => workspace.removeBackgrounds(...args);
  return workspace;
}

const messages = () => plugin!.double.notifications.map(({ message }) => message);
const shown = () => plugin!.double.shownNotifications;
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 10 });

describe('Remove background', () => {
  it('places a cutout over each selected layer without a window, sums up, and ends', async () => {
    const { double, ui, document, photoIds, children } = await open({});
    expect(ui.window).toMatchObject({ isVisible: false });
    await double.whenClosed;
    const cutouts = children();
    expect(cutouts.map(({ name }) => name)).toEqual(NAMES.map((name) => `${name} cutout`));
    cutouts.forEach(({ id }, n) => {
      // The disc is 400 of 1024 model pixels wide, and an image is 200 wide.
      const { x, y, width, height } = document.absoluteBounds(id);
      expect(Math.abs(width - (400 * 200) / 1024)).toBeLessThan(3);
      expect(Math.abs(height - width)).toBeLessThan(3);
      expect(Math.abs(x + width / 2 - (n * 300 + 100))).toBeLessThan(2);
      expect(Math.abs(y + height / 2 - 75)).toBeLessThan(2);
    });
    expect(messages()).toEqual([
      'Removing background, 1 of 3: First',
      'Removing background, 2 of 3: Second',
      'Removing background, 3 of 3: Third',
      '3 backgrounds removed.',
    ]);
    expect(document.selection()).toEqual(cutouts.map(({ id }) => id));
    for (let step = 0; step < NAMES.length; step++) document.undo();
    expect([...document.require(document.currentPageId).childIds]).toEqual(photoIds);
  });

  it('goes on when one of them fails, names it, and shows the window to those who ask', async () => {
    const { double, ui, channel, document, photoIds, children } = await open({
      readsBadly: (read) => read === 1 || read === 2,
    });
    await eventually(() => shown().map(({ button }) => button)).toEqual(['Show']);
    expect(children().map(({ name }) => name)).toEqual(['First cutout', 'Third cutout']);
    const [summary] = shown();
    expect(summary).toMatchObject({
      isError: true,
      message: expect.stringMatching(/^2 of 3 backgrounds removed\. Second: .*…?$/) as string,
    });
    summary!.press();
    await eventually(() => ui.window?.isVisible).toBe(true);
    await eventually(() => shown().length).toBe(0);
    expect(double.isClosed).toBe(false);
    // From here on it is a window as any other: it hears of selections, and selects what it places.
    double.select([photoIds[1]!]);
    await eventually(() => ui.selections.at(-1)?.images.map(({ name }) => name)).toEqual(['Second']);
    const { source } = ui.selections.at(-1)!.images[0]!;
    const png = encode({ width: 1, height: 1, data: Uint8Array.of(0), channels: 1 });
    const tiles = [{ png, imageRect: { x: 0, y: 0, ...SIZE } }];
    const output = { kind: 'cutout', tiles } as const;
    await channel.call('placeOutput', { source, pixels: STORED, imageSizePx: SIZE, output } as never);
    expect(document.selection().map((id) => document.require(id).name)).toEqual(['Second cutout']);
  });

  it('ends when nobody asks what failed', async () => {
    const { double } = await open({ readsBadly: () => true });
    await eventually(() => shown().map(({ button }) => button)).toEqual(['Show']);
    shown()[0]!.dismiss();
    await double.whenClosed;
    expect(messages().at(-1)).toMatch(/^0 of 3 backgrounds removed\. First: /);
  });

  it('stops before the next placement when it is cancelled', async () => {
    const { double, children } = await open({
      beforeSearch: (opened, search) => {
        if (search === 1) opened.double.shownNotifications[0]!.press();
      },
    });
    await double.whenClosed;
    expect(children().map(({ name }) => name)).toEqual(['First cutout']);
    expect(messages().at(-1)).toBe('Stopped: 1 of 3 backgrounds removed.');
  });

  it('leaves the selection alone that the user makes meanwhile', async () => {
    let ownId = '';
    const { double, document } = await open({
      beforeSearch: ({ double }, search) => {
        if (search !== 1) return;
        ownId = double.document.add('RECTANGLE', { name: 'Own' });
        double.select([ownId]);
      },
    });
    await double.whenClosed;
    expect(document.selection()).toEqual([ownId]);
  });

  it('says what to select when there is nothing, and opens no window', async () => {
    const document = new FigmaDocument();
    plugin = await openPlugin(document, { command: 'subject' });
    await plugin.double.whenClosed;
    expect(messages()).toEqual(['Select layers with images, then choose Remove background again.']);
    expect(plugin.ui.window).toBeNull();
  });

  it('calls a layer with several fills no text, which need not be one', async () => {
    const document = new FigmaDocument();
    document.setSelection([document.add('VECTOR', { fills: 'mixed' })]);
    plugin = await openPlugin(document, { command: 'subject' });
    await plugin.double.whenClosed;
    expect(messages()).toEqual([
      'This layer has several fills. Give it one image, then choose Remove background again.',
    ]);
  });

  it('says at once that the file cannot be edited, and analyses nothing', async () => {
    const { double, document, children, ui } = await open({
      isReadOnly: true,
      beforeSearch: () => expect.unreachable('an image was analysed'),
    });
    await double.whenClosed;
    expect(messages()).toEqual([
      'This file cannot be edited. Ask for edit access, or duplicate it to your drafts.',
    ]);
    expect(ui.window).toBeNull();
    document.isReadOnly = false;
    expect(children()).toEqual([]);
  });

  it('adds no undo step of its own to find that out', async () => {
    const { double, document, children } = await open({});
    await double.whenClosed;
    for (let undone = 0; undone < 3; undone++) document.undo();
    expect(children()).toEqual([]);
  });
});

describe('Repeat last cutout', () => {
  const clicks: CutoutRecipe = {
    kind: 'cutout',
    outlineDetail: 0.5,
    isSubject: false,
    box: null,
    points: [
      { x: 100, y: 75, label: 1 },
      { x: 10, y: 10, label: 0 },
    ],
    steps: [
      { pointCount: 1, maskSize: 'whole' },
      { pointCount: 2, maskSize: null },
    ],
  };

  /** By hand, in the window; the storage that it leaves. */
  async function cutByHand(recipe: CutoutRecipe): Promise<ClientStorage> {
    const storage = new ClientStorage();
    const { channel, double } = await open({ command: '', storage });
    const { images } = await channel.call('getSelection', {});
    const tiles = [
      {
        png: encode({ width: 1, height: 1, data: Uint8Array.of(0), channels: 1 }),
        imageRect: { x: 0, y: 0, ...SIZE },
      },
    ];
    const output = { kind: 'cutout', tiles } as const;
    const { source } = images[0]!;
    await channel.call('placeOutput', { source, pixels: STORED, imageSizePx: SIZE, output, recipe } as never);
    await eventually(() => storage.keys()).toContain('last-cutout');
    double.close();
    return storage;
  }

  it('asks the same on the same picture, cuts out the subject of others, and says so', async () => {
    const storage = await cutByHand(clicks);
    const { double, children, prompts } = await open({ command: 'repeat', storage, pictures: [0, 0, 2] });
    await double.whenClosed;
    expect(children().map(({ name }) => name)).toEqual(NAMES.map((name) => `${name} cutout`));
    expect(prompts.map(({ points }) => points.length)).toEqual([1, 2, 1, 2]);
    expect(prompts.map(({ previousLogits }) => previousLogits !== null)).toEqual([false, true, false, true]);
    expect(prompts[1]!.points).toEqual(clicks.points);
    expect(messages().at(-1)).toBe('3 cutouts made. 1 by subject: the clicks belong to another image.');
    const recipes = children().map(
      ({ pluginData }) => (JSON.parse(pluginData['cutout']!) as { recipe: CutoutRecipe }).recipe,
    );
    expect(recipes.map(({ isSubject }) => isSubject)).toEqual([false, false, true]);
    expect(recipes[0]).toEqual(clicks);
    // The clicks stay what is repeated.
    expect(JSON.stringify(storage.get('last-cutout'))).toContain('"isSubject":false');
  });

  it('repeats a subject as a subject', async () => {
    const storage = await cutByHand({
      ...clicks,
      isSubject: true,
      points: [],
      steps: [{ pointCount: 0, maskSize: null }],
    });
    const { double, prompts } = await open({ command: 'repeat', storage, pictures: [0, 1] });
    await double.whenClosed;
    expect(prompts).toEqual([]);
    expect(messages().at(-1)).toBe('2 cutouts made.');
  });

  it('says when there is nothing to repeat', async () => {
    const damaged = new ClientStorage();
    damaged.set('last-cutout', { version: 1, cutout: { recipe: 'none' } });
    for (const storage of [new ClientStorage(), damaged]) {
      const { document } = await open({ command: '' });
      plugin!.double.close();
      plugin = await openPlugin(document, { command: 'repeat', storage });
      await plugin.double.whenClosed;
      expect(messages()).toEqual(['There is no cutout to repeat yet. Cut an object out first.']);
    }
  });
});
