import type { FloatTensor } from '../../../../src/inference/model/stored-tensor.ts';
import { parameterShapes } from '../../parameter-shapes.ts';
import { checkWeights, type WeightSet } from '../../weights.ts';
import { CheckpointFaults, quotable } from './checkpoint-faults.ts';
import { foldBatchNorms } from './fold-batch-norms.ts';
import { isStepCount, isUnused, officialShapes } from './official-keys.ts';
import type { PickledTensor } from './pickle-values.ts';
import { findStateDict } from './state-dict.ts';
import { tensorValues } from './tensor-values.ts';
import { readTorchFile } from './torch-file.ts';

const MAX_LISTED_KEYS = 20;

/**
 * Reads the weights of an official PyTorch checkpoint of TinySAM or MobileSAM: a state dict that `torch.save` wrote, of
 * float32, float16, bfloat16 or float64, on whatever device, flat or under `model` or `state_dict`. Batch norms are
 * folded. The file is never trusted: see `readPickle` and `TorchPickleHost` for what it may ask for.
 *
 * @param fileName For messages.
 * @throws TinyCutError `model-corrupt` for a file that is damaged, refused or something else, and when keys are missing,
 * unexpected or mis-shaped (up to 20 are listed, with the count of the others), or a weight is not finite.
 */
export function readTorchWeights(bytes: Uint8Array, fileName: string): WeightSet {
  const faults = new CheckpointFaults(fileName);
  const { root, storages } = readTorchFile(bytes, faults);
  const stateDict = findStateDict(root, faults);
  checkKeys(stateDict, faults);

  const parameters = new Map<string, FloatTensor>();
  for (const key of officialShapes().keys()) {
    const tensor = stateDict.get(key)!;
    const { dataType, key: storageKey } = tensor.storage;
    if (dataType === 'int64') continue;
    parameters.set(key, {
      shape: tensor.shape,
      values: tensorValues(tensor, dataType, storages.get(storageKey)!),
    });
  }
  const weights = foldBatchNorms(parameters);
  for (const [key, { values }] of weights) {
    if (!values.every(Number.isFinite)) {
      throw faults.refused(
        `has a weight that is not a finite number (${key}, batch norm folded)`,
        'Use another checkpoint: its training went wrong, or the file is damaged.',
      );
    }
  }
  checkWeights(weights, parameterShapes(), fileName);
  return weights;
}

/** Shapes are checked before any value is read, so a tensor cannot claim more elements than the network has. */
function checkKeys(
  stateDict: ReadonlyMap<string, PickledTensor | null>,
  faults: CheckpointFaults,
): asserts stateDict is ReadonlyMap<string, PickledTensor> {
  const expectedShapes = officialShapes();
  const wrong: string[] = [];
  for (const [key, expected] of expectedShapes) {
    const found = stateDict.get(key);
    if (found === undefined) wrong.push(`missing ${key}`);
    else if (found === null) wrong.push(`${key} is not a tensor`);
    else if (found.shape.join() !== expected.join()) {
      wrong.push(`${key} is [${found.shape.join(', ')}], expected [${expected.join(', ')}]`);
    } else if (found.storage.dataType === 'int64' && !isStepCount(key)) {
      wrong.push(`${key} is int64, expected floating point`);
    }
  }
  for (const key of stateDict.keys()) {
    if (!expectedShapes.has(key) && !isUnused(key)) wrong.push(`unexpected ${quotable(key)}`);
  }
  if (wrong.length === 0) return;
  const more = wrong.length > MAX_LISTED_KEYS ? `; and ${wrong.length - MAX_LISTED_KEYS} more` : '';
  throw faults.refused(
    `does not hold the weights of TinySAM: ${wrong.slice(0, MAX_LISTED_KEYS).join('; ')}${more}`,
    'Use the official checkpoint of TinySAM or MobileSAM (TinyViT-5M).',
  );
}
