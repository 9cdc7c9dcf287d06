import * as v from 'valibot';
import { TinyCutError } from '../../../shared/errors.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import { crc32 } from './crc32.ts';
import {
  PACK_ALIGNMENT_BYTES,
  PACK_FIXED_BYTES,
  PACK_MAGIC,
  PACK_VERSION,
  packHeaderSchema,
  packedByteLength,
  type PackedTensor,
  type PackHeader,
} from './pack-header.ts';

export interface WeightPack {
  readonly source: string;
  readonly precision: PackHeader['precision'];
  /** CRC-32 of what the pack holds: another one, other weights. */
  readonly checksum: number;
  /** Views into the pack's bytes where their layout allows. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads a weight pack.
 * @param options.isChecked whether another checksum has vouched for all of its bytes already, as gzip's does
 * @throws TinyCutError `model-corrupt` when it is no pack, of another version, cut off, or changed anywhere
 */
export function readPack(
  bytes: Uint8Array,
  { isChecked = false }: { isChecked?: boolean | undefined } = {},
): WeightPack {
  // Typed arrays need aligned data; a view into a larger file need not be.
  const aligned = bytes.byteOffset % PACK_ALIGNMENT_BYTES === 0 ? bytes : bytes.slice();
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  if (view.byteLength < PACK_FIXED_BYTES || view.getUint32(0, true) !== PACK_MAGIC)
    throw corrupt('it is not a weight pack');
  const version = view.getUint32(4, true);
  if (version !== PACK_VERSION) throw corrupt(`its version is ${version}, expected ${PACK_VERSION}`);
  const checksum = view.getUint32(12, true);
  if (!isChecked && crc32(aligned.subarray(PACK_FIXED_BYTES)) !== checksum)
    throw corrupt('its checksum does not match');

  const dataStart = PACK_FIXED_BYTES + view.getUint32(8, true);
  if (dataStart > aligned.length || dataStart % PACK_ALIGNMENT_BYTES !== 0)
    throw corrupt('its header is cut off');
  const { source, precision, tensors } = parseHeader(aligned.subarray(PACK_FIXED_BYTES, dataStart));
  const data = aligned.subarray(dataStart);
  return {
    source,
    precision,
    checksum,
    tensors: new Map(tensors.map((tensor) => [tensor.name, unpack(tensor, data)])),
  };
}

function parseHeader(bytes: Uint8Array): PackHeader {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw corrupt('its header cannot be read');
  }
  const parsed = v.safeParse(packHeaderSchema, json);
  if (parsed.success) return parsed.output;
  throw corrupt(`its header is wrong at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}`);
}

function unpack(tensor: PackedTensor, data: Uint8Array): StoredTensor {
  const { name, type, shape, offset } = tensor;
  const byteLength = packedByteLength(tensor);
  if (offset % PACK_ALIGNMENT_BYTES !== 0 || offset + byteLength > data.length)
    throw corrupt(`${name} lies outside of it`);
  const floats = (byteStart: number, length: number) =>
    new Float32Array(data.buffer, data.byteOffset + byteStart, length);
  if (type === 'float32') return { type, shape, values: floats(offset, byteLength / 4) };
  if (type === 'float16') {
    const bits = new Uint16Array(byteLength / 2);
    for (let i = 0, low = offset, high = offset + bits.length; i < bits.length; i++) {
      bits[i] = data[low++]! | (data[high++]! << 8);
    }
    return { type, shape, bits };
  }
  const columns = shape.at(-1) ?? 1;
  const levelStart = data.byteOffset + offset + columns * 4;
  return {
    type,
    shape,
    scales: floats(offset, columns),
    levels: new Int8Array(data.buffer, levelStart, byteLength - columns * 4),
  };
}

function corrupt(what: string): TinyCutError {
  return new TinyCutError('model-corrupt', `The model is damaged: ${what}. Install TinyCut again.`);
}
