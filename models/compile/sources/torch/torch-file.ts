import { ByteReader } from './byte-reader.ts';
import { quotable, type CheckpointFaults } from './checkpoint-faults.ts';
import { ELEMENT_BYTES } from './data-types.ts';
import { isLegacyFile, readLegacyFile } from './legacy-file.ts';
import { refuseOtherFormats } from './other-formats.ts';
import { readPickle } from './pickle-machine.ts';
import type { PickleValue } from './pickle-values.ts';
import { readStoredZip } from './stored-zip.ts';
import { TorchPickleHost } from './torch-pickle-host.ts';

/** What `torch.save` was given, with the data that its tensors look into. */
export interface TorchFile {
  readonly root: PickleValue;
  /** Data of every storage by key, little-endian, as long as the storage says. */
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a file written by `torch.save`: the zip format of torch >= 1.6 or the format before it.
 *
 * @throws TinyCutError `model-corrupt` for a damaged file, for one that asks for anything but tensors, and for a file
 * that is something else.
 */
export function readTorchFile(bytes: Uint8Array, faults: CheckpointFaults): TorchFile {
  refuseOtherFormats(bytes, faults);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readZipFile(bytes, faults);
  if (isLegacyFile(bytes)) return readLegacyFile(bytes, faults);
  throw faults.refused(
    'is not a file that torch.save wrote, or is cut off',
    'Pass a PyTorch checkpoint (.pth or .pt), downloaded whole.',
  );
}

/** The archive has one folder of any name: `data.pkl`, `data/<storage key>`, and small files about the format. */
function readZipFile(bytes: Uint8Array, faults: CheckpointFaults): TorchFile {
  const entries = readStoredZip(bytes, faults);
  const [pickleName, ...others] = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickleName === undefined || others.length > 0) {
    throw faults.refused(
      'is a zip, but not one that torch.save wrote: it should have one folder with a data.pkl',
      'If the checkpoint is a file inside it, unpack it and pass that file.',
    );
  }
  const folder = pickleName.slice(0, -'data.pkl'.length);
  const byteOrder = entries.get(`${folder}byteorder`);
  if (byteOrder && new TextDecoder().decode(byteOrder).trim() !== 'little') {
    throw faults.refused('was saved on a big-endian machine', 'Save it again on a little-endian one.');
  }

  const host = new TorchPickleHost(faults);
  const root = readPickle(new ByteReader(entries.get(pickleName)!, faults), host, faults);
  const storages = new Map<string, Uint8Array>();
  for (const [key, { dataType, elementCount }] of host.storages) {
    const data = entries.get(`${folder}data/${key}`);
    if (data?.length !== elementCount * ELEMENT_BYTES[dataType]) {
      const found = data ? `has ${data.length} bytes` : 'is missing';
      throw faults.damaged(`storage ${quotable(key)} of ${elementCount} ${dataType} ${found}`);
    }
    storages.set(key, data);
  }
  return { root, storages };
}
