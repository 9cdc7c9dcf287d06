import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TinyCutError } from '../../src/shared/errors.ts';
import { ByteReader } from '../../models/compile/sources/torch/byte-reader.ts';
import { CheckpointFaults } from '../../models/compile/sources/torch/checkpoint-faults.ts';
import { readPickle } from '../../models/compile/sources/torch/pickle-machine.ts';
import { TorchPickleHost } from '../../models/compile/sources/torch/torch-pickle-host.ts';
import '../property-seed.ts';
import {
  ascii,
  call,
  dict,
  float32Bytes,
  global,
  int,
  list,
  none,
  orderedDict,
  pickle,
  storage,
  tensor,
  text,
  torchZip,
  tuple,
  u32,
  u64,
  type Bytes,
} from './models-torch-writer.ts';
import { readTorchFile } from '../../models/compile/sources/torch/torch-file.ts';

const faults = new CheckpointFaults('a.pth');
const read = (bytes: Uint8Array) =>
  readPickle(new ByteReader(bytes, faults), new TorchPickleHost(faults), faults);
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(message) });

describe('a pickle', () => {
  it.each<[string, Bytes, unknown]>([
    ['None', none, null],
    ['booleans', list([0x88], [0x89]), [true, false]],
    ['small and large whole numbers', tuple(int(7), int(70000), int(2 ** 40)), [7, 70000, 2 ** 40]],
    ['a negative number', [0x4a, ...u32(-5 >>> 0)], -5],
    ['a negative long number', [0x8a, 2, 0x00, 0xff], -256],
    ['no digits of a long number', [0x8a, 0], 0],
    ['a number above 2^53', [0x8a, 8, ...u64(2 ** 60)], 2n ** 60n],
    ['a float', [0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
    ['text', text('Größe'), 'Größe'],
    ['text of Python 2', [0x55, 2, ...ascii('ab')], 'ab'],
    [
      'dictionaries',
      dict({ a: int(1), b: list() }),
      new Map<string, unknown>([
        ['a', 1],
        ['b', []],
      ]),
    ],
    [
      'what a value is given and recalled',
      [...text('x'), 0x71, 3, ...text('y'), 0x30, 0x68, 3, 0x86],
      ['x', 'x'],
    ],
    ['a memo of protocol 4', [...text('x'), 0x94, 0x68, 0, 0x86], ['x', 'x']],
    ['a frame of protocol 4', [0x95, ...u64(2), ...int(1)], 1],
    ['what is thrown away', [...int(1), 0x28, ...int(2), ...int(3), 0x31], 1],
    ['a dictionary with attributes', orderedDict({ a: int(1) }), new Map([['a', 1]])],
  ])('gives %s', (_, instructions, expected) => {
    expect(read(pickle(instructions))).toEqual(expected);
  });

  it.each<[string, Bytes, RegExp]>([
    [
      'os.system',
      call(global('os', 'system'), text('true')),
      /asks for the Python object os\.system, which a list/,
    ],
    ['builtins.eval', call(global('builtins', 'eval'), text('1')), /Python object builtins\.eval,/],
    ['by the stack', [...text('posix'), ...text('system'), 0x93], /Python object posix\.system,/],
    [
      'in a dictionary',
      dict({ a: global('numpy.core.multiarray', 'scalar') }),
      /numpy\.core\.multiarray\.scalar,/,
    ],
    ['an attribute of what is allowed', global('collections', 'OrderedDict.update'), /OrderedDict\.update,/],
    [
      'by parts of its name',
      global('torch', '_utils._rebuild_tensor_v3'),
      /torch\._utils\._rebuild_tensor_v3,/,
    ],
    ['with line breaks and colours', [...text('\x1b[31m\r\n'), ...text('x'), 0x93], /object \?\[31m\?\?\.x,/],
  ])('that asks for an object is refused by its name: %s', (_, instructions, message) => {
    expect(() => read(pickle(instructions))).toThrow(refusal(message));
  });

  it('that asks for a class of a network says what it is, and what to use instead', () => {
    for (const module of [
      'tinysam.modeling.sam',
      'tinysam.quantization_layer.layers',
      'quantization_layer',
      'torch.nn.modules.conv',
    ]) {
      expect(() => read(pickle(global(module, 'Sam')))).toThrow(
        refusal(
          /pickled module .*Sam .*tinysam_w8a8\.pth.* not a state dict\. Use tinysam\.pth, .*--precision int8/,
        ),
      );
    }
  });

  it.each<[string, Bytes, RegExp]>([
    ['NEWOBJ', [...global('collections', 'OrderedDict'), ...tuple(), 0x81], /instruction NEWOBJ,/],
    ['INST', ascii('(ios\nsystem\n'), /instruction INST,/],
    ['OBJ', [0x28, ...int(1), 0x6f], /instruction OBJ,/],
    ['EXT1', [0x82, 1], /instruction EXT1,/],
    ['PERSID', ascii('Pid\n'), /instruction PERSID,/],
    ['a byte that is none', [0xff], /byte 2 of its pickle is not an instruction/],
    ['an unknown protocol', [0x80, 99], /protocol 99/],
    ['a call of a number', [...int(1), ...tuple(), 0x52], /calls something, which cannot be called/],
    ['a call of a storage class', call(global('torch', 'FloatStorage')), /calls torch\.FloatStorage, which/],
    ['a recall of nothing', [0x68, 9], /recalls value 9/],
    ['an empty stack', [0x30], /never made/],
    ['values left over', [...int(1), ...int(2)], /left over/],
    ['an open mark', [0x28, ...int(2)], /left over/],
    ['a mark that is not there', [0x74], /never made/],
    ['entries of a list', [...list(), ...text('k'), ...int(1), 0x73], /not a dictionary/],
    ['a key without a value', [0x7d, 0x28, ...text('k'), 0x75], /key without a value/],
    ['a key that is a list', [0x7d, ...list(), ...int(1), 0x73], /neither text nor numbers/],
    ['an item for a dictionary', [0x7d, ...int(1), 0x61], /not a list/],
    ['attributes for a list', [...list(), ...dict({}), 0x62], /not a dictionary/],
    ['text that is none', [0x58, ...u32(1), 0xff], /not UTF-8/],
    ['text longer than the file', [0x58, ...u32(2 ** 31)], /damaged or cut off/],
  ])('is refused for %s', (_, instructions, message) => {
    expect(() => read(pickle(instructions))).toThrow(refusal(message));
  });

  it('is refused when it goes on for longer than any list of weights, or nests deeper', () => {
    const endless = new Uint8Array(3 * 2 ** 20);
    expect(() => read(endless.map((_, i) => (i % 2 ? 0x30 : 0x4e)))).toThrow(refusal(/longer than 2 MiB/));
    expect(() => read(endless.fill(0x28))).toThrow(refusal(/nests more than 10000 values/));
    expect(() => read(endless.fill(0x7d))).toThrow(refusal(/nests more than 10000 values/));
  });

  const count = 4;
  it.each<[string, Bytes, RegExp]>([
    [
      'that reaches past its storage',
      tensor({ count }, [2, 2], [3, 1]),
      /reaches element 4 of a storage of 4/,
    ],
    ['that begins past its storage', tensor({ count }, [1], [1], 4), /reaches element 4/],
    ['of one number past an empty storage', tensor({ count: 0 }, [], []), /reaches element 0/],
    ['of absurd size', tensor({ count }, [2 ** 52, 2 ** 52], [2 ** 52, 1]), /reaches element/],
    ['with too few strides', tensor({ count }, [2, 2], [1]), /unknown way/],
    ['with too many dimensions', tensor({ count }, Array(9).fill(1), Array(9).fill(1)), /unknown way/],
    [
      'with a negative stride',
      call(
        global('torch._utils', '_rebuild_tensor_v2'),
        storage({ count }),
        int(3),
        tuple(int(2)),
        tuple([0x4a, ...u32(-1 >>> 0)]),
      ),
      /unknown way/,
    ],
    [
      'of a number',
      call(global('torch._utils', '_rebuild_tensor_v2'), int(3), int(0), tuple(), tuple()),
      /unknown way/,
    ],
    [
      'of a storage of an unknown type',
      tensor({ count, type: 'QInt8Storage' }, [1], [1]),
      /object torch\.QInt8Storage,/,
    ],
    ['of no storage', [...tuple(text('module')), 0x51], /describes a storage/],
    ['of a storage told twice', tuple(storage({ count }), storage({ count: 5 })), /in two ways/],
    ['that a parameter is not', call(global('torch._utils', '_rebuild_parameter'), int(1)), /not a tensor/],
  ])('is refused for a tensor %s', (_, instructions, message) => {
    expect(() => read(pickle(instructions))).toThrow(refusal(message));
  });
});

describe('any bytes', () => {
  const onlyOwnFailures = (action: () => unknown) => {
    try {
      action();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(TinyCutError);
    }
  };

  it('as a pickle give a value or a failure in words', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => onlyOwnFailures(() => read(bytes))),
      { numRuns: 3000 },
    );
  });

  it('in a checkpoint with a few bytes changed too', () => {
    const root = orderedDict({
      a: tensor({ count: 6 }, [2, 3], [3, 1]),
      b: tensor({ count: 6 }, [3, 2], [1, 3]),
    });
    const pickled = pickle(root);
    const file = torchZip(root, { 0: float32Bytes(1, 2, 3, 4, 5, 6) });
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const changed = (bytes: Uint8Array, edits: [number, number][]) => {
      const copy = Uint8Array.from(bytes);
      for (const [position, value] of edits) copy[position % copy.length] = value;
      return copy;
    };
    fc.assert(
      fc.property(changes, (edits) => {
        // The checksums of a zip keep most changes from its pickle.
        onlyOwnFailures(() => read(changed(pickled, edits)));
        onlyOwnFailures(() => readTorchFile(changed(file, edits), faults));
      }),
      { numRuns: 1500 },
    );
  });
});
