import { ByteReader } from './byte-reader.ts';
import type { CheckpointFaults } from './checkpoint-faults.ts';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
/** Shortest directory entry. */
const ENTRY_BYTES = 46;

export interface ZipDirectory {
  readonly entryCount: number;
  /** Bytes of the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the central directory of a zip by its end records (APPNOTE.TXT 4.3.14 to 4.3.16).
 *
 * @throws TinyCutError `model-corrupt` when there is none, it lies outside the file, or the archive is split.
 */
export function findDirectory(bytes: Uint8Array, faults: CheckpointFaults): ZipDirectory {
  const endRecord = findEndRecord(bytes, faults);
  const reader = new ByteReader(bytes, faults, endRecord + 4);
  const disks = [reader.uint16(), reader.uint16()];
  let [entriesHere, entryCount] = [reader.uint16(), reader.uint16()];
  let [directoryBytes, start] = [reader.uint32(), reader.uint32()];
  let limit = endRecord;

  const locator = endRecord - ZIP64_LOCATOR_BYTES;
  const isZip64 = locator >= 0 && signatureAt(bytes, locator) === ZIP64_LOCATOR_SIGNATURE;
  if (isZip64) {
    reader.position = locator + 4;
    disks.push(reader.uint32());
    limit = reader.uint64();
    reader.position = limit;
    if (limit > locator || reader.uint32() !== ZIP64_END_SIGNATURE) {
      throw faults.damaged('its zip64 directory is not where it should be');
    }
    reader.bytes(12); // Length of this record and versions.
    disks.push(reader.uint32(), reader.uint32());
    [entriesHere, entryCount] = [reader.uint64(), reader.uint64()];
    [directoryBytes, start] = [reader.uint64(), reader.uint64()];
  }
  if (disks.some((disk) => disk !== 0) || entriesHere !== entryCount) {
    throw faults.refused('is one part of a split zip', 'Join the parts, or download the whole file.');
  }
  const end = start + directoryBytes;
  if (end > limit || entryCount * ENTRY_BYTES > directoryBytes) {
    throw faults.damaged('its zip directory lies outside the file');
  }
  return { entryCount, start, end };
}

/** The record is the last thing in the file, but for a comment of up to 65535 bytes whose length it tells. */
function findEndRecord(bytes: Uint8Array, faults: CheckpointFaults): number {
  const last = bytes.length - END_BYTES;
  for (let position = last; position >= Math.max(0, last - 0xffff); position--) {
    if (signatureAt(bytes, position) !== END_SIGNATURE) continue;
    const commentBytes = bytes[position + 20]! | (bytes[position + 21]! << 8);
    if (commentBytes === last - position) return position;
  }
  throw faults.damaged('it begins as a zip, but has no zip directory at its end');
}

function signatureAt(bytes: Uint8Array, position: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + position, 4).getUint32(0, true);
}
