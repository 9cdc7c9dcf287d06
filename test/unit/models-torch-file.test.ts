import { describe, expect, it } from 'vitest';
import { CheckpointFaults } from '../../models/compile/sources/torch/checkpoint-faults.ts';
import { PickledTensor } from '../../models/compile/sources/torch/pickle-values.ts';
import { tensorValues } from '../../models/compile/sources/torch/tensor-values.ts';
import { readTorchFile } from '../../models/compile/sources/torch/torch-file.ts';
import {
  call,
  float32Bytes,
  global,
  int,
  legacyFile,
  list,
  none,
  orderedDict,
  tensor,
  text,
  torchZip,
  tuple,
  zip,
  type Bytes,
  type StorageFields,
} from './models-torch-writer.ts';

const faults = new CheckpointFaults('a.pth');
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(message) });

/** The tensor `x` of a file that holds {x: tensor}. */
function readX(bytes: Uint8Array): number[] {
  const { root, storages } = readTorchFile(bytes, faults);
  const found = root instanceof Map ? root.get('x') : undefined;
  if (!(found instanceof PickledTensor)) throw new Error('x is not a tensor');
  const { dataType, key } = found.storage;
  if (dataType === 'int64') throw new Error('x is int64');
  return [...tensorValues(found, dataType, storages.get(key)!)];
}
const x = (value: Bytes) => orderedDict({ x: value });
const six = float32Bytes(1, 2, 3, 4, 5, 6);

describe('tensors', () => {
  it.each<[string, Bytes, number[]]>([
    ['row-major', tensor({ count: 6 }, [2, 3], [3, 1]), [1, 2, 3, 4, 5, 6]],
    ['transposed', tensor({ count: 6 }, [3, 2], [1, 3]), [1, 4, 2, 5, 3, 6]],
    ['at an offset', tensor({ count: 6 }, [2], [1], 4), [5, 6]],
    ['of every second element', tensor({ count: 6 }, [3], [2], 1), [2, 4, 6]],
    ['expanded', tensor({ count: 6 }, [2, 3], [0, 1], 1), [2, 3, 4, 2, 3, 4]],
    ['of one number', tensor({ count: 6 }, [], [], 2), [3]],
    ['empty', tensor({ count: 6 }, [0, 3], [3, 1]), []],
    ['with a free stride of a side of 1', tensor({ count: 6 }, [1, 3], [77, 1]), [1, 2, 3]],
    [
      'as a parameter',
      call(global('torch._utils', '_rebuild_parameter'), tensor({ count: 6 }, [2], [1]), [0x88]),
      [1, 2],
    ],
    ['on a GPU', tensor({ count: 6, location: 'cuda:0' }, [2], [1]), [1, 2]],
  ])('%s', (_, value, expected) => {
    expect(readX(torchZip(x(value), { 0: six }))).toEqual(expected);
    expect(readX(torchZip(x(value), { 0: six }, { zip64: true }))).toEqual(expected);
    expect(readX(legacyFile(x(value), { 0: six }))).toEqual(expected);
  });

  it('of four dimensions with the channels last', () => {
    const [outputs, inputs, rows, columns] = [2, 3, 2, 2] as const;
    const stored = float32Bytes(...Array.from({ length: 24 }, (_, i) => i));
    const strides = [inputs * rows * columns, 1, columns * inputs, inputs];
    const expected = [];
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++)
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < columns; c++) expected.push(((o * rows + r) * columns + c) * inputs + i);
    const value = tensor({ count: 24 }, [outputs, inputs, rows, columns], strides);
    expect(readX(torchZip(x(value), { 0: stored }))).toEqual(expected);
  });

  it.each<[string, number, Uint8Array, number[]]>([
    ['DoubleStorage', 8, new Uint8Array(Float64Array.of(0.1, -2).buffer), [Math.fround(0.1), -2]],
    // Sign, 5 bits of exponent, 10 of mantissa: 1, -2, 65504, the smallest subnormal, -0, infinity.
    [
      'HalfStorage',
      2,
      new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x3555).buffer),
      [1, -2, 65504, 2 ** -24, -0, Infinity, 0.333251953125],
    ],
    // The upper half of a float32: 1, -2, about pi.
    ['BFloat16Storage', 2, new Uint8Array(Uint16Array.of(0x3f80, 0xc000, 0x4049).buffer), [1, -2, 3.140625]],
  ])('of %s', (type, elementBytes, data, expected) => {
    const count = data.length / elementBytes;
    const value = x(tensor({ count, type }, [count], [1]));
    expect(readX(torchZip(value, { 0: data }))).toEqual(expected);
    expect(readX(legacyFile(value, { 0: data }, { elementBytes }))).toEqual(expected);
    const last = x(tensor({ count, type }, [1], [2], count - 1));
    expect(readX(torchZip(last, { 0: data }))).toEqual(expected.slice(-1));
  });
});

describe('a file in the zip format', () => {
  const root = x(tensor({ count: 6 }, [6], [1]));

  it('says its byte order, which must be little', () => {
    expect(readX(torchZip(root, { 0: six }, { byteOrder: 'little' }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => readX(torchZip(root, { 0: six }, { byteOrder: 'big' }))).toThrow(refusal(/big-endian/));
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['missing', { 1: six }, /storage 0 of 6 float32 is missing/],
    ['short', { 0: six.subarray(4) }, /storage 0 of 6 float32 has 20 bytes/],
  ])('is refused when a storage is %s', (_, storages, message) => {
    expect(() => readX(torchZip(root, storages))).toThrow(refusal(message));
  });

  it('is refused when it has no pickle, or two', () => {
    expect(() => readX(zip([['word/document.xml', six]]))).toThrow(refusal(/not one that torch\.save wrote/));
    expect(() =>
      readX(
        zip([
          ['a/data.pkl', six],
          ['b/data.pkl', six],
        ]),
      ),
    ).toThrow(refusal(/not one that torch\.save wrote/));
  });

  it('is refused when it is cut off at any byte', () => {
    const bytes = torchZip(root, { 0: six });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readX(bytes.subarray(0, length)), `${length}`).toThrow(refusal(/empty|cut off/));
    }
  });
});

describe('a file of the format before torch 1.6', () => {
  const viewed = (fields: Partial<StorageFields>, view: Bytes) =>
    x(tensor({ count: 6, location: 'cuda:1', view, ...fields }, [2], [1], 1));

  it('may have storages within storages', () => {
    expect(readX(legacyFile(viewed({}, none), { 0: six }))).toEqual([2, 3]);
    const within = tuple(text('view'), int(2), int(3));
    expect(readX(legacyFile(viewed({}, within), { 0: six }))).toEqual([4, 5]);
    const short = tuple(text('view'), int(2), int(2));
    expect(() => readX(legacyFile(viewed({}, short), { 0: six }))).toThrow(
      refusal(/reaches element 2 of .* 2/),
    );
    const outside = tuple(text('view'), int(4), int(3));
    expect(() => readX(legacyFile(viewed({}, outside), { 0: six }))).toThrow(refusal(/lies outside/));
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['is big-endian', legacyFile(viewed({}, none), { 0: six }, { littleEndian: false }), /big-endian/],
    ['is of another version', legacyFile(viewed({}, none), { 0: six }, { version: 1002 }), /unknown version/],
    ['lacks a storage', legacyFile(viewed({}, none), {}), /storage 0 is missing/],
    ['has a storage too many', legacyFile(viewed({}, none), { 0: six, 1: six }), /no tensor looks into/],
    ['has a short storage', legacyFile(viewed({}, none), { 0: six.subarray(4) }), /another length/],
  ])('is refused when it %s', (_, bytes, message) => {
    expect(() => readX(bytes)).toThrow(refusal(message));
  });

  it('is refused when it is cut off at any byte', () => {
    const bytes = legacyFile(viewed({}, none), { 0: six });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readX(bytes.subarray(0, length)), `${length}`).toThrow(refusal(/empty|cut off/));
    }
  });
});

describe('a file that is something else', () => {
  const encoded = (content: string) => new TextEncoder().encode(content);
  it.each<[string, Uint8Array, RegExp]>([
    ['a web page', encoded('\n<!DOCTYPE html><html>'), /is a web page.*download the file itself/],
    [
      'a Git LFS pointer',
      encoded('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 40730872\n'),
      /Git LFS pointer to a file of 40730872 bytes.*git lfs pull/,
    ],
    ['an ONNX model', Uint8Array.of(8, 7, 18, 7, 112, 121), /is an ONNX model.*\.onnx/],
    ['a safetensors file', Uint8Array.of(60, 0, 0, 0, 0, 0, 0, 0, 123, 34), /safetensors/],
    ['empty', new Uint8Array(0), /is empty/],
    ['text', encoded('Not Found'), /not a file that torch\.save wrote/],
    ['a bare pickle', Uint8Array.of(0x80, 2, 0x4e, 0x2e), /not a file that torch\.save wrote/],
  ])('is named: %s', (_, bytes, message) => {
    expect(() => readX(bytes)).toThrow(refusal(message));
  });

  it('is read when it only holds something else, for the reader of state dicts to say so', () => {
    expect(readTorchFile(torchZip(list(int(1)), {}), faults).root).toEqual([1]);
  });
});
