import { quotable, type CheckpointFaults } from './checkpoint-faults.ts';
import { STORAGE_DATA_TYPES, type TorchDataType } from './data-types.ts';
import type { PickleHost } from './pickle-machine.ts';
import { PickledTensor, PickleGlobal, StorageReference, type PickleValue } from './pickle-values.ts';

/** Packages whose objects are code of a network, which a pickle of a whole module asks for first. */
const MODULE_PACKAGES =
  /^(tinysam|mobile_sam|segment_anything|torch\.nn|timm|__torch__)(\.|$)|quantization_layer/;
const MAX_DIMENSIONS = 8;

/**
 * The names that `torch.save` writes for a state dict, and nothing else (torch/serialization.py `persistent_id`,
 * torch/_utils.py `_rebuild_tensor_v2` and `_rebuild_parameter`). The device that a storage was on is ignored.
 */
export class TorchPickleHost implements PickleHost {
  /** Every storage that was asked for, by key. */
  readonly storages = new Map<string, StorageReference>();
  readonly #globals: ReadonlyMap<string, PickleGlobal>;
  readonly #storageTypes: ReadonlyMap<PickleGlobal, TorchDataType>;
  readonly #faults: CheckpointFaults;

  constructor(faults: CheckpointFaults) {
    this.#faults = faults;
    const storageTypes = Object.entries(STORAGE_DATA_TYPES).map(
      ([name, dataType]) => [new PickleGlobal(`torch.${name}`), dataType] as const,
    );
    this.#storageTypes = new Map(storageTypes);
    const globals = [
      new PickleGlobal('collections.OrderedDict', (args) => this.#orderedDict(args)),
      new PickleGlobal('torch._utils._rebuild_tensor_v2', (args) => this.#tensor(args)),
      new PickleGlobal('torch._utils._rebuild_parameter', (args) => this.#parameter(args)),
      ...storageTypes.map(([storageType]) => storageType),
    ];
    this.#globals = new Map(globals.map((global) => [global.name, global]));
  }

  global(module: string, name: string): PickleGlobal {
    const global = this.#globals.get(`${module}.${name}`);
    if (global) return global;
    const fullName = quotable(`${module}.${name}`);
    if (MODULE_PACKAGES.test(module)) {
      throw this.#faults.refused(
        `is a pickled module that needs the Python class ${fullName} of its authors' code, as their quantized ` +
          'tinysam_w8a8.pth is, and not a state dict',
        'Use tinysam.pth, and quantize it here with --precision int8.',
      );
    }
    throw this.#faults.refused(
      `asks for the Python object ${fullName}, which a list of weights has no use for, and was not read`,
      'Use a checkpoint from its authors, or save its state dict alone with torch.save.',
    );
  }

  persistent(id: PickleValue): StorageReference {
    const [kind, storageType, key, , elementCount, view] = Array.isArray(id) ? id : [];
    const dataType = storageType instanceof PickleGlobal ? this.#storageTypes.get(storageType) : undefined;
    if (kind !== 'storage' || !dataType || typeof key !== 'string' || !isCount(elementCount)) {
      throw this.#faults.damaged('its pickle describes a storage in an unknown way');
    }
    const storage = new StorageReference(key, dataType, elementCount, this.#storageView(view, elementCount));
    const known = this.storages.get(key) ?? storage;
    if (known.dataType !== dataType || known.elementCount !== elementCount) {
      throw this.#faults.damaged(`its pickle describes storage ${quotable(key)} in two ways`);
    }
    this.storages.set(key, known);
    return storage;
  }

  /** Old files describe a storage within another one: its key, first element and length. */
  #storageView(view: PickleValue | undefined, elementCount: number): StorageReference['view'] | undefined {
    if (view === undefined || view === null) return undefined;
    const [, start, length] = Array.isArray(view) ? view : [];
    if (isCount(start) && isCount(length) && start + length <= elementCount) return { start, length };
    throw this.#faults.damaged('its pickle describes a part of a storage that lies outside it');
  }

  #tensor([storage, offset, shape, strides]: readonly PickleValue[]): PickledTensor {
    if (
      !(storage instanceof StorageReference) ||
      !isCount(offset) ||
      !isCounts(shape) ||
      !isCounts(strides) ||
      shape.length !== strides.length
    ) {
      throw this.#faults.damaged('its pickle describes a tensor in an unknown way');
    }
    const isEmpty = shape.includes(0);
    const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
    if (!isEmpty && last >= storage.view.length) {
      throw this.#faults.damaged(`a tensor reaches element ${last} of a storage of ${storage.view.length}`);
    }
    return new PickledTensor(storage, offset, shape, strides);
  }

  #parameter([tensor]: readonly PickleValue[]): PickledTensor {
    if (tensor instanceof PickledTensor) return tensor;
    throw this.#faults.damaged('its pickle makes a parameter of something that is not a tensor');
  }

  /** Filled by later instructions; with arguments, a short pickle could make this copy a long list over and over. */
  #orderedDict(args: readonly PickleValue[]): PickleValue {
    if (args.length === 0) return new Map();
    throw this.#faults.damaged('its pickle makes a dictionary of something');
  }
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isCount);
}
