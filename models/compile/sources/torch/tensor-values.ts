import { elementCount } from '../../../../src/inference/model/onnx/model.ts';
import { decodeFloats, ELEMENT_BYTES, type FloatDataType } from './data-types.ts';
import type { PickledTensor } from './pickle-values.ts';

/**
 * The elements of a tensor, row-major, whatever its strides.
 *
 * @param storageBytes The whole storage, of which the tensor was checked to lie inside.
 */
export function tensorValues(
  { storage, offset, shape, strides }: PickledTensor,
  dataType: FloatDataType,
  storageBytes: Uint8Array,
): Float32Array {
  const elementBytes = ELEMENT_BYTES[dataType];
  const isRowMajor = shape.every(
    (size, axis) => size === 1 || strides[axis] === elementCount(shape.slice(axis + 1)),
  );
  const bytes = storageBytes.subarray((storage.view.start + offset) * elementBytes);
  return decodeFloats(
    isRowMajor
      ? bytes.subarray(0, elementCount(shape) * elementBytes)
      : gatheredBytes(bytes, elementBytes, shape, strides),
    dataType,
  );
}

function gatheredBytes(
  bytes: Uint8Array,
  elementBytes: number,
  shape: readonly number[],
  strides: readonly number[],
): Uint8Array {
  const gathered = new Uint8Array(elementCount(shape) * elementBytes);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < gathered.length; to += elementBytes) {
    for (let i = 0; i < elementBytes; i++) gathered[to + i] = bytes[from * elementBytes + i]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return gathered;
}
