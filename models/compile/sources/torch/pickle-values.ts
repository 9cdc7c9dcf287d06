import type { TorchDataType } from './data-types.ts';

/** What a pickle may describe: plain values, and the few objects that a list of weights consists of. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Map<PickleKey, PickleValue>
  | PickleGlobal
  | StorageReference
  | PickledTensor;
export type PickleKey = string | number;

/** A Python object that a pickle asks for by name; `build` is what calling it may do here. */
export class PickleGlobal {
  readonly name: string;
  readonly build: ((args: readonly PickleValue[]) => PickleValue) | null;

  constructor(name: string, build: PickleGlobal['build'] = null) {
    this.name = name;
    this.build = build;
  }
}

/** Flat memory that tensors look into; its data lies elsewhere in the file, under `key`. */
export class StorageReference {
  readonly key: string;
  readonly dataType: TorchDataType;
  /** Elements under `key`. */
  readonly elementCount: number;
  /** The part that this is; all of it but in old files. */
  readonly view: { readonly start: number; readonly length: number };

  constructor(key: string, dataType: TorchDataType, elementCount: number, view?: StorageReference['view']) {
    this.key = key;
    this.dataType = dataType;
    this.elementCount = elementCount;
    this.view = view ?? { start: 0, length: elementCount };
  }
}

/** Element [i, j, ...] is element `offset + i * strides[0] + j * strides[1] + ...` of the storage. */
export class PickledTensor {
  readonly storage: StorageReference;
  /** From the start of the storage's view, in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}
