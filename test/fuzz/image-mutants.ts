import { encode } from 'fast-png';
import fc from 'fast-check';
import sharp from 'sharp';

export const BATCH_LENGTH = 100;

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

/** Small files of every format and kind, and mutants of them. */
export class ImageMutants {
  private constructor(
    /** Good files. */
    readonly seedFiles: readonly Uint8Array[],
    private readonly seed: number,
  ) {}

  static async make(seed: number): Promise<ImageMutants> {
    return new ImageMutants(await makeSeedFiles(), seed);
  }

  /** @returns BATCH_LENGTH files, the same for the same seed and number */
  batch(number: number): Uint8Array[] {
    const drawn = fc.sample(mutantArbitrary, { seed: this.seed + number, numRuns: BATCH_LENGTH });
    const files = this.seedFiles;
    return drawn.map(({ file, edits }) =>
      edits.reduce((before, edit) => edited(before, edit, files), files[file % files.length]!),
    );
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

async function makeSeedFiles(): Promise<Uint8Array[]> {
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
