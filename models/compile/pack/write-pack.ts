import { elementCount } from '../../../src/inference/model/onnx/model.ts';
import { crc32 } from '../../../src/inference/model/pack/crc32.ts';
import {
  PACK_ALIGNMENT_BYTES,
  PACK_FIXED_BYTES,
  PACK_MAGIC,
  PACK_VERSION,
  packedByteLength,
  type PackedTensor,
  type PackHeader,
} from '../../../src/inference/model/pack/pack-header.ts';
import type { StoredTensor, StoredTensors } from '../../../src/inference/model/stored-tensor.ts';

/** A weight pack's bytes (docs/weight-pack.md). The same tensors always give the same bytes. */
export function writePack(
  { source, precision }: Omit<PackHeader, 'tensors'>,
  tensors: StoredTensors,
): Uint8Array {
  const entries: PackedTensor[] = [];
  let dataBytes = 0;
  for (const [name, { type, shape }] of tensors) {
    const entry = { name, type, shape: [...shape], offset: dataBytes };
    entries.push(entry);
    dataBytes += aligned(packedByteLength(entry));
  }
  const json = JSON.stringify({ source, precision, tensors: entries } satisfies PackHeader);
  const headerBytes = aligned(new TextEncoder().encode(json).length);
  const header = new TextEncoder().encode(
    json.padEnd(json.length + headerBytes - new TextEncoder().encode(json).length),
  );

  const bytes = new Uint8Array(PACK_FIXED_BYTES + headerBytes + dataBytes);
  bytes.set(header, PACK_FIXED_BYTES);
  const data = bytes.subarray(PACK_FIXED_BYTES + headerBytes);
  for (const { name, offset } of entries) data.set(packed(tensors.get(name)!), offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, PACK_MAGIC, true);
  view.setUint32(4, PACK_VERSION, true);
  view.setUint32(8, headerBytes, true);
  view.setUint32(12, crc32(bytes.subarray(PACK_FIXED_BYTES)), true);
  return bytes;
}

function packed(tensor: StoredTensor): Uint8Array {
  if (tensor.type === 'float32') return bytesOf(tensor.values);
  if (tensor.type === 'float16') {
    const { bits } = tensor;
    const planes = new Uint8Array(2 * bits.length);
    bits.forEach((pattern, i) => {
      planes[i] = pattern & 255;
      planes[bits.length + i] = pattern >> 8;
    });
    return planes;
  }
  const bytes = new Uint8Array(4 * tensor.scales.length + elementCount(tensor.shape));
  bytes.set(bytesOf(tensor.scales));
  bytes.set(bytesOf(tensor.levels), 4 * tensor.scales.length);
  return bytes;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / PACK_ALIGNMENT_BYTES) * PACK_ALIGNMENT_BYTES;
}
