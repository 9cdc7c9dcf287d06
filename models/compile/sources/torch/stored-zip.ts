import { crc32 } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { quotable, type CheckpointFaults } from './checkpoint-faults.ts';
import { findDirectory } from './zip-directory.ts';

const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;
const ZIP64_EXTRA_ID = 1;
/** Bit 0 encrypts the data, bit 13 the directory. */
const ENCRYPTED_FLAGS = 0x2001;
const STORED = 0;

/**
 * The entries of a zip of stored (not compressed) files by name, as views into `bytes`; also zip64. Format: PKWARE's
 * APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
 *
 * Written here because the libraries do not fit: fflate ignores encryption and checksums and clips an entry that
 * runs past the end of the file without a word, which would pass cut-off weights on; yauzl and zip.js check, but
 * only as asynchronous streams, and copy.
 *
 * @throws TinyCutError `model-corrupt` for a damaged archive, and for a compressed, encrypted or split one.
 */
export function readStoredZip(bytes: Uint8Array, faults: CheckpointFaults): ReadonlyMap<string, Uint8Array> {
  const { entryCount, start, end } = findDirectory(bytes, faults);
  const reader = new ByteReader(bytes.subarray(0, end), faults, start);
  const entries = new Map<string, Uint8Array>();
  let totalBytes = 0;
  for (let i = 0; i < entryCount; i++) {
    const entry = readEntry(reader, faults);
    const data = entryData(bytes.subarray(0, start), entry, faults);
    // Entries that share bytes could make the checksums below take forever.
    totalBytes += data.length;
    if (totalBytes > start) throw faults.damaged('its zip entries overlap');
    const { name } = entry;
    if (entries.has(name)) throw faults.damaged(`it has two zip entries named ${quotable(name)}`);
    if (crc32(data) !== entry.crc32)
      throw faults.damaged(`the checksum of its entry ${quotable(name)} is wrong`);
    entries.set(name, data);
  }
  if (reader.position !== end) throw faults.damaged('its zip directory has another length than it says');
  return entries;
}

interface ZipEntry {
  readonly name: string;
  readonly crc32: number;
  readonly byteLength: number;
  readonly headerOffset: number;
}

function readEntry(reader: ByteReader, faults: CheckpointFaults): ZipEntry {
  if (reader.uint32() !== ENTRY_SIGNATURE) throw faults.damaged('its zip directory is not one');
  reader.bytes(4); // Versions made by and needed.
  const flags = reader.uint16();
  const method = reader.uint16();
  reader.bytes(4); // Time and date.
  const crc = reader.uint32();
  let compressedBytes = reader.uint32();
  let byteLength = reader.uint32();
  const [nameBytes, extraBytes, commentBytes] = [reader.uint16(), reader.uint16(), reader.uint16()];
  reader.bytes(8); // Disk and attributes; `findDirectory` saw that there is one disk.
  let headerOffset = reader.uint32();
  const name = reader.utf8(nameBytes);
  const extra = new ByteReader(zip64Extra(reader.bytes(extraBytes), faults), faults);
  // The extra field holds those values only that did not fit, in this order.
  if (byteLength === 0xffffffff) byteLength = extra.uint64();
  if (compressedBytes === 0xffffffff) compressedBytes = extra.uint64();
  if (headerOffset === 0xffffffff) headerOffset = extra.uint64();
  reader.bytes(commentBytes);

  if (flags & ENCRYPTED_FLAGS) {
    throw faults.refused(
      `is an encrypted zip (${quotable(name)})`,
      'Decrypt it, or save it again with torch.save.',
    );
  }
  if (method !== STORED) {
    throw faults.refused(
      `is a compressed zip (${quotable(name)}), which torch.save does not write`,
      'If the checkpoint is a file inside it, unpack it and pass that file.',
    );
  }
  if (compressedBytes !== byteLength) throw faults.damaged(`its entry ${quotable(name)} has two lengths`);
  return { name, crc32: crc, byteLength, headerOffset };
}

function zip64Extra(extra: Uint8Array, faults: CheckpointFaults): Uint8Array {
  const fields = new ByteReader(extra, faults);
  while (extra.length - fields.position >= 4) {
    const id = fields.uint16();
    const field = fields.bytes(fields.uint16());
    if (id === ZIP64_EXTRA_ID) return field;
  }
  return new Uint8Array(0);
}

/** `bytes`: all before the directory. */
function entryData(
  bytes: Uint8Array,
  { name, byteLength, headerOffset }: ZipEntry,
  faults: CheckpointFaults,
) {
  const header = new ByteReader(bytes, faults, headerOffset);
  if (header.uint32() !== LOCAL_HEADER_SIGNATURE) {
    throw faults.damaged(`its entry ${quotable(name)} is not at byte ${headerOffset}`);
  }
  header.bytes(22); // What the directory says too.
  const [nameBytes, extraBytes] = [header.uint16(), header.uint16()];
  if (header.utf8(nameBytes) !== name) throw faults.damaged(`its entry ${quotable(name)} has two names`);
  header.bytes(extraBytes);
  return header.bytes(byteLength);
}
