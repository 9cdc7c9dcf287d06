import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameterShapes } from '../../models/compile/parameter-shapes.ts';
import { officialShapes } from '../../models/compile/sources/torch/official-keys.ts';
import { CheckpointFaults } from '../../models/compile/sources/torch/checkpoint-faults.ts';
import { findStateDict } from '../../models/compile/sources/torch/state-dict.ts';
import { readTorchFile } from '../../models/compile/sources/torch/torch-file.ts';
import { readTorchWeights } from '../../models/compile/sources/torch/torch-weights.ts';
import type { WeightSet } from '../../models/compile/weights.ts';
import { sharedFolder } from '../shared-folder.ts';
import {
  dict,
  float32Bytes,
  int,
  legacyFile,
  orderedDict,
  tensor,
  text,
  torchZip,
  type Bytes,
} from './models-torch-writer.ts';

const faults = new CheckpointFaults('a.pth');
const COUNTER = 'num_batches_tracked';
const keys = [...officialShapes().keys()];
/** One number per key, which its tensor repeats: the shapes of the network in a small file. */
const numbers = keys.map((_, i) => 1 + i / keys.length);
const storages = { 0: float32Bytes(...numbers), 1: new Uint8Array(8) };

function repeated(index: number, shape: readonly number[]): Bytes {
  return tensor({ count: keys.length }, shape, Array(shape.length).fill(0), index);
}
const officialDict = (): Record<string, Bytes> =>
  Object.fromEntries(
    [...officialShapes()].map(([key, shape], i) => [
      key,
      key.endsWith(COUNTER)
        ? tensor({ key: '1', type: 'LongStorage', count: 1 }, [], [])
        : repeated(i, shape),
    ]),
  );
const prefixed = (entries: Record<string, Bytes>, prefix: string) =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [prefix + key, value]));
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(message) });

function expectRead(file: Uint8Array): WeightSet {
  const weights = readTorchWeights(file, 'a.pth');
  expect([...weights.keys()].sort()).toEqual([...parameterShapes().keys()].sort());
  const bias = 'mask_decoder.iou_prediction_head.layers.0.bias';
  expect(weights.get(bias)!.values[255]).toBeCloseTo(numbers[keys.indexOf(bias)]!, 6);
  return weights;
}

describe('a state dict', () => {
  it('is read, with batch norms folded, and without what some files add', () => {
    const state = orderedDict({
      ...officialDict(),
      'image_encoder.layers.1.blocks.0.attn.attention_bias_idxs': repeated(0, [49, 49]),
      'image_encoder.norm_head.weight': repeated(0, [320]),
      'image_encoder.norm_head.bias': repeated(0, [320]),
      'image_encoder.head.weight': repeated(0, [1, 320]),
      'image_encoder.head.bias': repeated(0, [1]),
      pixel_mean: repeated(0, [3, 1, 1]),
      pixel_std: repeated(0, [3, 1, 1]),
    });
    const weights = expectRead(torchZip(state, storages));
    const block = 'image_encoder.patch_embed.seq.0';
    const named = (name: string) => Math.fround(numbers[keys.indexOf(`${block}.${name}`)]!);
    const gain = named('bn.weight') / Math.sqrt(named('bn.running_var') + 1e-5);
    expect(weights.get(`${block}.c.weight`)!.values[0]).toBe(Math.fround(named('c.weight') * gain));
    expect(weights.get(`${block}.c.bias`)!.values[0]).toBe(
      Math.fround(named('bn.bias') - named('bn.running_mean') * gain),
    );
  });

  it('is read of the old format', () => {
    const state = officialDict();
    // All storages of the writer's old files are of one element size.
    for (const key of keys) if (key.endsWith(COUNTER)) state[key] = repeated(0, []);
    expectRead(legacyFile(orderedDict(state), { 0: storages[0] }));
  });

  it.each<[string, (state: Record<string, Bytes>) => Bytes]>([
    ['flat', orderedDict],
    ['under model', (state) => dict({ model: orderedDict(state), epoch: int(3) })],
    ['under state_dict', (state) => dict({ state_dict: orderedDict(state), arch: text('vit_t') })],
    ['under both', (state) => dict({ model: dict({ state_dict: dict(state) }) })],
    ['with the prefix of parallel training', (state) => orderedDict(prefixed(state, 'module.'))],
    ['under model, with that prefix', (state) => dict({ model: dict(prefixed(state, 'module.')) })],
  ])('is found %s', (_, wrapped) => {
    const { root } = readTorchFile(torchZip(wrapped(officialDict()), storages), faults);
    expect([...findStateDict(root, faults).keys()]).toEqual(keys);
  });

  it('with missing, extra and mis-shaped keys is refused, and all are listed', () => {
    const state = officialDict();
    delete state['prompt_encoder.no_mask_embed.weight'];
    delete state[`image_encoder.patch_embed.seq.0.bn.${COUNTER}`];
    state['mask_decoder.iou_token.weight'] = repeated(0, [256, 1]);
    state['mask_decoder.mask_tokens.weight'] = tensor(
      { key: '1', type: 'LongStorage', count: 1 },
      [4, 256],
      [0, 0],
    );
    state['mask_decoder.extra'] = repeated(0, [1]);
    state['image_encoder.neck.1.bias'] = int(1);
    const message = (() => {
      try {
        readTorchWeights(torchZip(orderedDict(state), storages), 'a.pth');
        return '';
      } catch (thrown) {
        return (thrown as Error).message;
      }
    })();
    expect(message).toMatch(/^a\.pth does not hold the weights of TinySAM: .*\. Use the official checkpoint/);
    const listed = /TinySAM: (.*)\. Use/.exec(message)![1]!.split('; ');
    expect(listed.sort()).toEqual([
      'image_encoder.neck.1.bias is not a tensor',
      'mask_decoder.iou_token.weight is [256, 1], expected [1, 256]',
      'mask_decoder.mask_tokens.weight is int64, expected floating point',
      `missing image_encoder.patch_embed.seq.0.bn.${COUNTER}`,
      'missing prompt_encoder.no_mask_embed.weight',
      'unexpected mask_decoder.extra',
    ]);
  });

  it('of another network is refused with the first faults and the count of the others', () => {
    const other = orderedDict({ 'fc.weight': repeated(0, [3]) });
    expect(() => readTorchWeights(torchZip(other, storages), 'a.pth')).toThrow(
      refusal(new RegExp(`TinySAM: missing (.*; ){20}and ${keys.length + 1 - 20} more\\. Use`)),
    );
  });

  it('that is none is refused', () => {
    for (const root of [tensor({ count: 1 }, [1], [1]), int(3), dict({ model: int(1) })]) {
      const file = torchZip(root, { 0: float32Bytes(1) });
      expect(() => readTorchWeights(file, 'a.pth')).toThrow(refusal(/state dict|weights of TinySAM/));
    }
  });

  it('with a weight that is not a number is refused by its key', () => {
    const index = keys.indexOf('mask_decoder.iou_token.weight');
    const spoilt = {
      ...storages,
      0: float32Bytes(...numbers.map((value, i) => (i === index ? NaN : value))),
    };
    expect(() => readTorchWeights(torchZip(orderedDict(officialDict()), spoilt), 'a.pth')).toThrow(
      refusal(/not a finite number \(mask_decoder\.iou_token\.weight/),
    );
  });
});

const reference = sharedFolder('reference');
it.skipIf(reference.missing)(`the official keys are all known${reference.label}`, () => {
  type Keys = Record<string, { shape: number[] }>;
  const official = JSON.parse(readFileSync(`${reference.path}keys.json`, 'utf8')) as Keys;
  const used = Object.entries(official).filter(([key]) => !/^image_encoder\.(norm_head|head)\./.test(key));
  expect(Object.keys(official)).toHaveLength(439);
  expect(Object.fromEntries(officialShapes())).toEqual(
    Object.fromEntries(used.map(([key, { shape }]) => [key, shape])),
  );
});
