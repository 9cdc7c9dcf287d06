import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat16Bits } from '../../models/compile/onnx/float16.ts';
import { writePack } from '../../models/compile/pack/write-pack.ts';
import { quantizeWeight } from '../../models/compile/quantize/quantize-weight.ts';
import { crc32 } from '../../src/inference/model/pack/crc32.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { floatsOf, type StoredTensor } from '../../src/inference/model/stored-tensor.ts';

const values = (length: number) => Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i * 7)));
const tensors = new Map<string, StoredTensor>([
  ['a.weight', { type: 'float32', shape: [3, 5], values: values(15) }],
  ['b.weight', { type: 'float16', shape: [7], bits: toFloat16Bits(values(7)) }],
  ['c.weight', quantizeWeight({ shape: [6, 3], values: values(18) })],
  ['ünicode', { type: 'float32', shape: [], values: values(1) }],
]);
const pack = writePack({ source: 'a test', precision: 'int8' }, tensors);

describe('a weight pack', () => {
  it('reads back as it was written, from any place in memory', () => {
    const shifted = new Uint8Array(pack.length + 1);
    shifted.set(pack, 1);
    for (const bytes of [pack, shifted.subarray(1)]) {
      const read = readPack(bytes);
      expect([read.source, read.precision]).toEqual(['a test', 'int8']);
      expect(read.tensors).toEqual(tensors);
    }
  });

  it('is refused when any bit of it is changed', () => {
    fc.assert(
      fc.property(fc.nat(pack.length * 8 - 1), (bit) => {
        const changed = pack.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => readPack(changed)).toThrow(expect.objectContaining({ code: 'model-corrupt' }));
      }),
      { numRuns: 500 },
    );
  });

  it('takes the word of a checksum that has been compared before', () => {
    const changed = pack.slice();
    changed[changed.length - 1]! ^= 1;
    expect(() => readPack(changed)).toThrow(/checksum/);
    expect(readPack(changed, { isChecked: true }).tensors.size).toBe(readPack(pack).tensors.size);
  });

  it('is refused at every length but its own', () => {
    for (let length = 0; length < pack.length; length += 3) {
      expect(() => readPack(pack.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'model-corrupt' }),
      );
    }
  });

  it('is refused when a tensor lies outside of it, checksum or not', () => {
    const text = new TextDecoder('latin1').decode(pack).replace('"offset":76', '"offset":96');
    const moved = Uint8Array.from(text, (character) => character.charCodeAt(0));
    expect(moved).not.toEqual(pack);
    new DataView(moved.buffer).setUint32(12, zlibCrc32(moved.subarray(16)), true);
    expect(() => readPack(moved)).toThrow(/c\.weight lies outside/);
  });
});

it('CRC-32 is that of zlib', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
});

describe('int8 weights', () => {
  it('are within half a step of what they stand for, or clipped for less error than the widest scale has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 12, maxLength: 12 }),
        (list) => {
          const tensor = { shape: [6, 2], values: Float32Array.from(list) };
          const { values: restored } = floatsOf(quantizeWeight(tensor));
          for (const column of [0, 1]) {
            const own = list.filter((_, i) => i % 2 === column);
            const step = Math.max(...own.map(Math.abs)) / 127;
            const error = (decoded: (value: number, i: number) => number) =>
              own.reduce((sum, value, i) => sum + (value - decoded(value, i)) ** 2, 0);
            const plain = error((value) => (step ? Math.round(value / step) * step : 0));
            const ours = error((_, i) => restored[2 * i + column]!);
            expect(ours).toBeLessThanOrEqual(plain + 1e-6);
          }
        },
      ),
    );
  });
});
