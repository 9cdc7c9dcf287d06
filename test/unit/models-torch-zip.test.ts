import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CheckpointFaults } from '../../models/compile/sources/torch/checkpoint-faults.ts';
import { readStoredZip } from '../../models/compile/sources/torch/stored-zip.ts';
import { zip, type ZipFields } from './models-torch-writer.ts';

const faults = new CheckpointFaults('a.pth');
const files: [string, Uint8Array][] = [
  ['a/first', Uint8Array.of(1, 2, 3)],
  ['a/empty', new Uint8Array(0)],
  ['a/last', Uint8Array.of(4)],
];
const read = (bytes: Uint8Array) => readStoredZip(bytes, faults);
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(message) });

describe('a zip of stored files', () => {
  it.each<[string, ZipFields]>([
    ['', {}],
    [', with zip64 records', { zip64: true }],
    [', with a comment', { comment: 'PK\x05\x06 a comment that looks like an end record' }],
    [', with zip64 records and a comment', { zip64: true, comment: 'x' }],
  ])('is read%s', (_, fields) => {
    expect([...read(zip(files, fields))]).toEqual(files);
  });

  it('is read where it is, not copied', () => {
    const bytes = zip(files);
    expect(read(bytes).get('a/first')!.buffer).toBe(bytes.buffer);
  });

  it.each<[string, ZipFields, RegExp]>([
    ['compressed', { deflated: true }, /^a\.pth is a compressed zip \(a\/first\).*unpack it/],
    ['encrypted', { flags: 1 }, /^a\.pth is an encrypted zip/],
    ['split', { disk: 1 }, /one part of a split zip.*Join the parts/],
    ['wrong in a checksum', { edit: (entry) => (entry.crc ^= 1) }, /damaged.*checksum of its entry a\/first/],
    ['wrong in an offset', { edit: (entry) => (entry.offset += 1) }, /a\/first is not at byte 1/],
    ['pointing outside', { edit: (entry) => (entry.offset += 2 ** 31) }, /damaged or cut off/],
    [
      'pointing outside by zip64',
      { zip64: true, edit: (entry) => (entry.offset = 2 ** 52) },
      /damaged or cut off/,
    ],
    [
      'absurdly long by zip64',
      { zip64: true, edit: (entry) => (entry.length = 2 ** 60) },
      /damaged or cut off/,
    ],
    ['longer than its data', { edit: (entry) => (entry.length += 1000) }, /damaged or cut off/],
  ])('is refused when it is %s', (_, fields, message) => {
    expect(() => read(zip(files, fields))).toThrow(refusal(message));
  });

  it('is refused when entries share a name, or their bytes', () => {
    expect(() => read(zip([files[0]!, files[0]!]))).toThrow(refusal(/two zip entries named a\/first/));
    const many = Array.from({ length: 40 }, (_, i): [string, Uint8Array] => [`${10 + i}`, Uint8Array.of(i)]);
    // Each says that it goes on over the ones after it, with the checksum of that.
    const bytes = zip(many);
    const headerBytes = 30 + '10'.length + 9;
    const edit: ZipFields['edit'] = (entry) => {
      const start = entry.offset + headerBytes;
      entry.length = Math.min(500, 40 * (headerBytes + 1) - start);
      entry.crc = crc32(bytes.subarray(start, start + entry.length));
    };
    expect(() => read(zip(many, { edit }))).toThrow(refusal(/zip entries overlap/));
  });

  it.each([{}, { zip64: true }])('is refused when it is cut off at any byte %o', (fields) => {
    const bytes = zip(files, fields);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length)), `${length}`).toThrow(refusal(/damaged or cut off/));
    }
  });
});
