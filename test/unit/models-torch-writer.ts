import { crc32, deflateRawSync } from 'node:zlib';

/** Writes pickles, zips and torch files byte by byte, also such as torch would not write. */

const utf8 = new TextEncoder();
export type Bytes = readonly number[];

export const ascii = (text: string): Bytes => [...utf8.encode(text)];
export const u16 = (value: number): Bytes => [value & 255, (value >> 8) & 255];
export const u32 = (value: number): Bytes => [...u16(value & 0xffff), ...u16(value >>> 16)];
export const u64 = (value: number): Bytes => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];

/** Pickle instructions (CPython, Lib/pickletools.py), each leaving one value on the stack. */
export const none: Bytes = ascii('N');
export const text = (value: string): Bytes => [0x58, ...u32(utf8.encode(value).length), ...ascii(value)];
export const int = (value: number): Bytes =>
  value >= 0 && value < 256
    ? [0x4b, value]
    : value < 2 ** 31
      ? [0x4a, ...u32(value)]
      : [0x8a, 8, ...u64(value)];
export const global = (module: string, name: string): Bytes => ascii(`c${module}\n${name}\n`);
export const tuple = (...items: Bytes[]): Bytes => [0x28, ...items.flat(), 0x74];
export const list = (...items: Bytes[]): Bytes => [0x5d, 0x28, ...items.flat(), 0x65];
export const call = (callee: Bytes, ...args: Bytes[]): Bytes => [...callee, ...tuple(...args), 0x52];
const setItems = (entries: readonly (readonly [string, Bytes])[]): Bytes => [
  0x28,
  ...entries.flatMap(([key, value]) => [...text(key), ...value]),
  0x75,
];
export const dict = (entries: Readonly<Record<string, Bytes>>): Bytes => [
  0x7d,
  ...setItems(Object.entries(entries)),
];
/** As `module.state_dict()` gives it: with an attribute `_metadata`. */
export const orderedDict = (entries: Readonly<Record<string, Bytes>>): Bytes => [
  ...call(global('collections', 'OrderedDict')),
  ...setItems(Object.entries(entries)),
  ...dict({ _metadata: call(global('collections', 'OrderedDict')) }),
  0x62,
];

export interface StorageFields {
  type?: string;
  key?: string;
  location?: string;
  count: number;
  /** Only old files have the field. */
  view?: Bytes;
}
export const storage = ({
  type = 'FloatStorage',
  key = '0',
  location = 'cpu',
  count,
  view,
}: StorageFields) => [
  ...tuple(
    text('storage'),
    global('torch', type),
    text(key),
    text(location),
    int(count),
    ...(view ? [view] : []),
  ),
  0x51,
];
export const tensor = (
  from: StorageFields,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Bytes =>
  call(
    global('torch._utils', '_rebuild_tensor_v2'),
    storage(from),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    [0x89],
    call(global('collections', 'OrderedDict')),
  );
export const pickle = (...instructions: Bytes[]): Uint8Array =>
  Uint8Array.from([0x80, 2, ...instructions.flat(), 0x2e]);

export interface ZipFields {
  zip64?: boolean;
  deflated?: boolean;
  flags?: number;
  comment?: string;
  disk?: number;
  /** Changes what the directory says of an entry. */
  edit?: (entry: { crc: number; length: number; offset: number }) => void;
}

/** A zip of stored entries (PKWARE APPNOTE.TXT); with `zip64`, every value that can be is in the zip64 records. */
export function zip(entries: readonly (readonly [string, Uint8Array])[], fields: ZipFields = {}): Uint8Array {
  const { zip64 = false, deflated = false, flags = 0, comment = '', disk = 0, edit } = fields;
  const parts: Buffer[] = [];
  const directory: number[] = [];
  let offset = 0;
  const add = (part: Uint8Array | Bytes) => {
    parts.push(Buffer.from(part));
    offset += part.length;
  };
  for (const [name, content] of entries) {
    const data = deflated ? deflateRawSync(content) : content;
    const entry = { crc: crc32(content), length: data.length, offset };
    const method = deflated ? 8 : 0;
    const sizes = [...u32(data.length), ...u32(content.length)];
    const nameBytes = ascii(name);
    // The local header has padding of its own, as torch aligns data by it.
    const padding = [...ascii('FB'), ...u16(5), 0, 0, 0, 0, 0];
    const version = [...u16(45), ...u16(flags), ...u16(method), 0, 0, 0, 0];
    const lengths = (extra: Bytes) => [...u16(nameBytes.length), ...u16(extra.length)];
    add([
      ...u32(0x04034b50),
      ...version,
      ...u32(entry.crc),
      ...sizes,
      ...lengths(padding),
      ...nameBytes,
      ...padding,
    ]);
    add(data);
    edit?.(entry);
    const uncompressed = entry.length + content.length - data.length;
    const extra = zip64
      ? [
          ...ascii('AB'),
          ...u16(1),
          7,
          ...u16(1),
          ...u16(24),
          ...u64(uncompressed),
          ...u64(entry.length),
          ...u64(entry.offset),
        ]
      : [];
    const inPlace = (value: number) => (zip64 ? u32(0xffffffff) : u32(value));
    directory.push(...u32(0x02014b50), ...u16(45), ...version, ...u32(entry.crc));
    directory.push(...inPlace(entry.length), ...inPlace(uncompressed), ...lengths(extra), ...u16(0));
    directory.push(...u16(0), ...u16(0), ...u32(0), ...inPlace(entry.offset), ...nameBytes, ...extra);
  }
  const start = offset;
  add(directory);
  if (zip64) {
    const end = offset;
    const counts = [...u64(entries.length), ...u64(entries.length)];
    add([...u32(0x06064b50), ...u64(44), ...u16(45), ...u16(45), ...u32(0), ...u32(0), ...counts]);
    add([...u64(directory.length), ...u64(start)]);
    add([...u32(0x07064b50), ...u32(0), ...u64(end), ...u32(1)]);
  }
  const count = zip64 ? u16(0xffff) : u16(entries.length);
  add([...u32(0x06054b50), ...u16(disk), ...u16(disk), ...count, ...count]);
  add(zip64 ? [...u32(0xffffffff), ...u32(0xffffffff)] : [...u32(directory.length), ...u32(start)]);
  add([...u16(comment.length), ...ascii(comment)]);
  return Uint8Array.from(Buffer.concat(parts));
}

export type Storages = Readonly<Record<string, Uint8Array>>;

/** The format of torch >= 1.6. */
export function torchZip(
  root: Bytes,
  storages: Storages,
  fields: ZipFields & { byteOrder?: string } = {},
): Uint8Array {
  const entries: [string, Uint8Array][] = [['any_name/data.pkl', pickle(root)]];
  if (fields.byteOrder) entries.push(['any_name/byteorder', utf8.encode(fields.byteOrder)]);
  for (const [key, data] of Object.entries(storages)) entries.push([`any_name/data/${key}`, data]);
  return zip([...entries, ['any_name/version', utf8.encode('3\n')]], fields);
}

/** The format before torch 1.6; every storage is of `elementBytes` long elements. */
export function legacyFile(
  root: Bytes,
  storages: Storages,
  { elementBytes = 4, littleEndian = true, version = 1001 } = {},
): Uint8Array {
  const magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const machine = dict({ protocol_version: int(version), little_endian: littleEndian ? [0x88] : [0x89] });
  const keys = list(...Object.keys(storages).map(text));
  const pickles = [magic, int(version), machine, root, keys].map((value) => pickle(value));
  const data = Object.values(storages).flatMap((bytes) => [
    Uint8Array.from(u64(bytes.length / elementBytes)),
    bytes,
  ]);
  return Uint8Array.from(Buffer.concat([...pickles, ...data]));
}

export const float32Bytes = (...values: number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer);
