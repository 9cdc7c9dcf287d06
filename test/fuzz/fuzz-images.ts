import { encode } from 'fast-png';
import fc from 'fast-check';
import sharp from 'sharp';
import type { ImageCodec } from '../../src/inference/image-codec.ts';
import { decodeImageFile } from '../../src/inference/decode-image.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { MAX_IMAGE_PIXELS, readImageHeader } from '../../src/shared/image-header.ts';
import { FuzzReport, must, within } from './fuzz-report.ts';

const MAX_DECODE_MS = 20_000;
const BATCH_LENGTH = 100;
const CODES = ['image-unreadable', 'image-too-large', 'out-of-memory'];

type Edit =
  | { kind: 'set'; at: number; value: number }
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'size'; at: number; width: number; value: number }
  | { kind: 'cut'; at: number }
  | { kind: 'remove' | 'repeat'; at: number; length: number }
  | { kind: 'splice'; at: number; from: number; length: number; other: number };

/** Half of all edits are in the first bytes, where the headers are. */
const place = fc.oneof(fc.nat(63), fc.nat(100_000));
const byte = fc.nat(255);
const length = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 400 }));
const editArbitrary: fc.Arbitrary<Edit> = fc.oneof<fc.Arbitrary<Edit>[]>(
  fc.record({ kind: fc.constant('set'), at: place, value: byte }),
  fc.record({ kind: fc.constant('flip'), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('size'),
    at: place,
    width: fc.constantFrom(2, 3, 4),
    value: fc.constantFrom(0, 1, 41, 16_383, 60_000, 0x7fffffff, 0xffffffff),
  }),
  fc.record({ kind: fc.constant('cut'), at: place }),
  fc.record({ kind: fc.constantFrom('remove', 'repeat'), at: place, length }),
  fc.record({ kind: fc.constant('splice'), at: place, from: place, length, other: byte }),
);
const mutantArbitrary = fc.record({
  file: byte,
  edits: fc.array(editArbitrary, { minLength: 1, maxLength: 4 }),
});

/**
 * Mutants of small files of every format and kind, through the check of the header and the decoder.
 * @throws Error at the first file that leaves anything wrong
 */
export async function fuzzImages(imageCount: number, seed: number): Promise<FuzzReport> {
  const report = new FuzzReport();
  report.sessionCount = 1;
  const files = await seedFiles();
  for (let batch = 0; report.sentCount < imageCount; batch++) {
    const mutants = fc.sample(mutantArbitrary, { seed: seed + batch, numRuns: BATCH_LENGTH });
    for (const { file, edits } of mutants) {
      const bytes = edits.reduce((before, edit) => edited(before, edit, files), files[file % files.length]!);
      report.sentCount++;
      const outcome = await within(MAX_DECODE_MS, 'decoding', decoded(bytes));
      if (!outcome.startsWith('refused')) report.passedCount++;
      report.count(outcome);
    }
    const { width, height } = await decodeImageFile(files[batch % files.length]!, sharpImageCodec);
    must(width * height > 0, () => 'a good file is not decoded any more');
  }
  return report;
}

/** @returns what came of it */
async function decoded(file: Uint8Array): Promise<string> {
  let wasDecoderAsked = false;
  const codec: ImageCodec = {
    decode(...args) {
      wasDecoderAsked = true;
      return sharpImageCodec.decode(...args);
    },
  };
  try {
    const { width, height, data } = await decodeImageFile(file, codec);
    must(width >= 1 && height >= 1 && data.length === width * height * 4, () => 'pixels without their size');
    must(width * height <= MAX_IMAGE_PIXELS, () => `${width} x ${height} pixels got past the header`);
    const { storedSizePx } = readImageHeader(file);
    const sides = [width, height].sort().join() === [storedSizePx.width, storedSizePx.height].sort().join();
    return sides ? 'decoded' : 'decoded in another size than the header says';
  } catch (thrown) {
    if (!(thrown instanceof TinyCutError)) throw thrown;
    must(CODES.includes(thrown.code), () => `${thrown.code}: ${thrown.message}`);
    must(/^[A-Z].{20,}[.]$/s.test(thrown.message), () => `a message that says nothing: ${thrown.message}`);
    return `${wasDecoderAsked ? 'not decoded' : 'refused by the header'}: ${thrown.code}`;
  }
}

function edited(file: Uint8Array, edit: Edit, files: readonly Uint8Array[]): Uint8Array {
  if (file.length === 0) return file;
  const at = edit.at % file.length;
  if (edit.kind === 'cut') return file.slice(0, at);
  const changed = Uint8Array.from(file);
  if (edit.kind === 'set') changed[at] = edit.value;
  else if (edit.kind === 'flip') changed[at]! ^= 1 << edit.bit;
  else if (edit.kind === 'size') {
    for (let i = 0; i < edit.width && at + i < changed.length; i++) {
      // Big endian in PNG and JPEG, which is little endian for a size of repeated bytes.
      changed[at + i] = (edit.value >>> (8 * (edit.width - 1 - i))) & 255;
    }
  } else {
    const other = edit.kind === 'splice' ? files[edit.other % files.length]! : file;
    const from = edit.kind === 'splice' ? edit.from % other.length : at;
    const inserted = edit.kind === 'remove' ? new Uint8Array(0) : other.subarray(from, from + edit.length);
    const rest = file.subarray(edit.kind === 'repeat' ? at : at + edit.length);
    return Uint8Array.of(...file.subarray(0, at), ...inserted, ...rest);
  }
  return changed;
}

async function seedFiles(): Promise<Uint8Array[]> {
  const data = Uint8Array.from({ length: 40 * 20 * 4 }, (_, i) => (i * 89 + (i >> 4)) % 256);
  const image = () => sharp(data, { raw: { width: 40, height: 20, channels: 4 } });
  const files = [
    image().png().toBuffer(),
    image().png({ palette: true }).toBuffer(),
    image().png({ progressive: true }).toBuffer(),
    image().jpeg().toBuffer(),
    image().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    image().gif().toBuffer(),
    image().webp().toBuffer(),
    image().webp({ lossless: true }).toBuffer(),
    image().webp().withMetadata({ orientation: 3 }).toBuffer(),
  ];
  const deep = encode({
    width: 2,
    height: 2,
    depth: 16,
    channels: 3,
    data: new Uint16Array(12).fill(40_000),
  });
  return [...(await Promise.all(files)), deep];
}
