import { ByteReader } from './byte-reader.ts';
import { quotable, type CheckpointFaults } from './checkpoint-faults.ts';
import { ELEMENT_BYTES } from './data-types.ts';
import { readPickle } from './pickle-machine.ts';
import type { TorchFile } from './torch-file.ts';
import { TorchPickleHost } from './torch-pickle-host.ts';

/** A pickle (protocol 2) of 0x1950a86a20f9469cfc6c. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const FORMAT_VERSION = 1001;

export function isLegacyFile(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * The format before torch 1.6 (torch/serialization.py `_legacy_save`): pickles of the magic number, the format's
 * version, facts about the machine, the object, and the list of storage keys; then each storage in the list's order
 * as an int64 element count and its data.
 *
 * @throws TinyCutError `model-corrupt` as `readTorchFile`.
 */
export function readLegacyFile(bytes: Uint8Array, faults: CheckpointFaults): TorchFile {
  const reader = new ByteReader(bytes, faults, MAGIC.length);
  const host = new TorchPickleHost(faults);
  const read = () => readPickle(reader, host, faults);
  const version = read();
  if (version !== FORMAT_VERSION) {
    throw faults.refused('has an unknown version of the torch format', 'Save it again with torch >= 1.6.');
  }
  const machine = read();
  if (!(machine instanceof Map)) throw faults.damaged('it does not tell its byte order');
  if (machine.get('little_endian') !== true) {
    throw faults.refused('was saved on a big-endian machine', 'Save it again on a little-endian one.');
  }
  const root = read();
  const keys = read();
  if (!Array.isArray(keys)) throw faults.damaged('it has no list of storages');

  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? host.storages.get(key) : undefined;
    if (!storage) throw faults.damaged('its list of storages has one that no tensor looks into');
    if (reader.uint64() !== storage.elementCount) {
      throw faults.damaged(`storage ${quotable(storage.key)} has another length than its tensors say`);
    }
    storages.set(storage.key, reader.bytes(storage.elementCount * ELEMENT_BYTES[storage.dataType]));
  }
  for (const key of host.storages.keys()) {
    if (!storages.has(key)) throw faults.damaged(`storage ${quotable(key)} is missing`);
  }
  return { root, storages };
}
