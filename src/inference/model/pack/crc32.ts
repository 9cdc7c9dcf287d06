/** Bytes taken at a step, each with a table of its own ("slicing by 8", Kounavis and Berry 2005). */
const STEP = 8;
let tables: Uint32Array[] | null = null;

/** CRC-32 as of gzip and PNG (polynomial 0xEDB88320), 0..2^32 - 1. */
export function crc32(bytes: Uint8Array): number {
  tables ??= makeTables();
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = 0xffffffff;
  let i = 0;
  for (const end = bytes.length - STEP; i <= end; i += STEP) {
    crc =
      t7[(crc ^ bytes[i]!) & 255]! ^
      t6[((crc >>> 8) ^ bytes[i + 1]!) & 255]! ^
      t5[((crc >>> 16) ^ bytes[i + 2]!) & 255]! ^
      t4[(crc >>> 24) ^ bytes[i + 3]!]! ^
      t3[bytes[i + 4]!]! ^
      t2[bytes[i + 5]!]! ^
      t1[bytes[i + 6]!]! ^
      t0[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  const all = [first];
  for (let step = 1; step < STEP; step++) {
    const previous = all[step - 1]!;
    all.push(previous.map((crc) => (crc >>> 8) ^ first[crc & 255]!));
  }
  return all;
}
