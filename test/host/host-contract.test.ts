import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/shared/errors.ts';
import {
  HOST_CONTRACT,
  type HostContract,
  type ObjectOutput,
  type Output,
  type OutputKind,
} from '../../src/shared/host-contract.ts';
import { HOSTS, openSource, type HostUnderTest } from './hosts-under-test.ts';
import { STORED } from './open-plugin.ts';
import { gradientPng, maskTile, polygonPath } from './mask-picture.ts';

/** What the UI may rely on, whatever the host: each method of the contract, by the same tests. */
const SIZE = { width: 80, height: 60 };
const PHOTO = gradientPng(SIZE);
const OBJECT = [
  { x: 20, y: 10 },
  { x: 60, y: 10 },
  { x: 40, y: 50 },
];
const OUTPUTS: Record<OutputKind, ObjectOutput> = {
  cutout: { kind: 'cutout', tiles: [maskTile(SIZE, OBJECT)] },
  vector: { kind: 'vector', paths: [polygonPath(OBJECT)] },
  'mask-group': { kind: 'mask-group', paths: [polygonPath(OBJECT)] },
};

let host: HostUnderTest;

afterEach(() => host.close());

const place = async (output: Output, source?: Awaited<ReturnType<typeof openSource>>) =>
  host.call('placeOutput', {
    source: source ?? (await openSource(host)),
    pixels: STORED,
    imageSizePx: SIZE,
    output,
  });

async function expectFailure(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(call).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/^.{20,}[.]$/) as string,
  });
}

/** Everything that the host takes. */
async function outputs(): Promise<Output[]> {
  const { outputKinds } = await host.call('describeHost', {});
  const layersOf = (output: ObjectOutput): Output => ({
    kind: 'layers',
    layers: ['Background', 'Object 1'].map((name) => ({ name, colour: { r: 0, g: 0, b: 1 }, output })),
  });
  const objects = outputKinds.map((kind) => OUTPUTS[kind]);
  return [...objects, ...objects.map(layersOf)];
}

/** One for each method: a method without tests does not compile. */
const TESTS: Record<keyof HostContract['methods'], () => Promise<void>> = {
  async describeHost() {
    const traits = await host.call('describeHost', {});
    expect(traits.outputKinds).toContain('cutout');
    const unknown = (Object.keys(OUTPUTS) as OutputKind[]).filter(
      (kind) => !traits.outputKinds.includes(kind),
    );
    for (const kind of unknown) await expectFailure(place(OUTPUTS[kind]), 'bad-argument');
    expect(host.results()).toEqual([]);
  },

  async getSelection() {
    const { images, emptyReason, omittedCount } = await host.call('getSelection', {});
    expect(images).toHaveLength(1);
    expect(images[0]!.layerSize.width / images[0]!.layerSize.height).toBeCloseTo(SIZE.width / SIZE.height, 5);
    expect(images[0]!.name).not.toBe('');
    expect({ emptyReason, omittedCount }).toEqual({ emptyReason: null, omittedCount: 0 });
  },

  async readImage() {
    const source = await openSource(host);
    const image = await host.call('readImage', { source });
    expect(image).toMatchObject({ source, bytes: PHOTO, imageSizePx: SIZE });
    const corners = image.visibleImagePolygon.flatMap(({ x, y }) => [x, y]);
    for (const [i, expected] of [0, 0, 80, 0, 80, 60, 0, 60].entries())
      expect(corners[i]).toBeCloseTo(expected, 6);
    host.replaceImage(gradientPng({ width: 81, height: 60 }));
    await expectFailure(host.call('readImage', { source }), 'layer-changed');
    host.removeImage();
    await expectFailure(host.call('readImage', { source }), 'layer-missing');
  },

  async placeOutput() {
    const image = host.image();
    const source = await openSource(host);
    for (const output of await outputs()) {
      const { nodeIds } = await place(output, source);
      expect(nodeIds.length).toBeGreaterThan(0);
      expect(host.results().length).toBeGreaterThan(0);
      expect(host.image()).toEqual(image);
      await host.undo();
      expect(host.results()).toEqual([]);
    }
    host.forbidEdits();
    await expectFailure(place(OUTPUTS.cutout, source), 'document-read-only');
    host.replaceImage(gradientPng({ width: 81, height: 60 }));
    await expectFailure(place(OUTPUTS.cutout, source), 'layer-changed');
    host.removeImage();
    await expectFailure(place(OUTPUTS.cutout, source), 'layer-missing');
    expect(host.results()).toEqual([]);
  },

  async readCutout() {
    await expectFailure(host.call('readCutout', {}), 'cutout-unknown');
  },

  async keepEmbedding() {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(await host.call('keepEmbedding', { imageKey: 'a', bytes })).toBeNull();
    const tooLarge = { imageKey: 'a', bytes: new Uint8Array(4_000_000) };
    await expect(host.call('keepEmbedding', tooLarge)).rejects.toMatchObject({ code: 'bad-message' });
  },

  async recallEmbedding() {
    const { keepsEmbeddings } = await host.call('describeHost', {});
    const bytes = Uint8Array.of(1, 2, 3);
    expect(await host.call('recallEmbedding', { imageKey: 'a' })).toEqual({ bytes: null });
    await host.call('keepEmbedding', { imageKey: 'a', bytes });
    expect(await host.call('recallEmbedding', { imageKey: 'a' })).toEqual({
      bytes: keepsEmbeddings ? bytes : null,
    });
    await host.call('keepEmbedding', { imageKey: 'b', bytes });
    expect(await host.call('recallEmbedding', { imageKey: 'a' })).toEqual({ bytes: null });
  },

  async getStartTask() {
    expect(await host.call('getStartTask', {})).toEqual({ task: 'object' });
  },

  async resizeUi() {
    expect(await host.call('resizeUi', { sizePx: { width: 500, height: 400 } })).toBeNull();
    expect(host.isUiOpen()).toBe(true);
  },

  async notify() {
    for (const isError of [false, true]) {
      expect(await host.call('notify', { message: 'Hello there.', isError })).toBeNull();
      expect(host.messages().at(-1)).toMatchObject({ message: 'Hello there.', isError });
    }
  },

  async closePlugin() {
    // The window may be gone before the answer.
    host.call('closePlugin', {}).catch(() => undefined);
    await expect.poll(() => host.isUiOpen()).toBe(false);
    await expect(host.call('getSelection', {})).rejects.toMatchObject({ code: 'channel-closed' });
  },
};

describe.each(Object.keys(HOSTS))('%s', (name) => {
  it.each(Object.keys(TESTS) as (keyof typeof TESTS)[])('serves %s', async (method) => {
    host = await HOSTS[name]!(PHOTO, 'object');
    await TESTS[method]();
  });

  it('says what it was started for', async () => {
    host = await HOSTS[name]!(PHOTO, 'everything');
    expect(await host.call('getStartTask', {})).toEqual({ task: 'everything' });
  });

  it('answers every method for malformed parameters with what is wrong', async () => {
    host = await HOSTS[name]!(PHOTO, 'object');
    for (const method of Object.keys(HOST_CONTRACT.methods) as (keyof typeof TESTS)[]) {
      await expect(host.call(method, null as never)).rejects.toMatchObject({ code: 'bad-message' });
    }
    expect(host.results()).toEqual([]);
  });
});
