import type { CheckpointFaults } from './checkpoint-faults.ts';
import { PickledTensor, type PickleValue } from './pickle-values.ts';

/** Keys under which training scripts put the state dict beside other things. */
const WRAPPERS = ['model', 'state_dict'];
const MAX_WRAPPERS = 2;
/** Of `DataParallel`, which trains one network on several devices. */
const PARALLEL_PREFIX = 'module.';

/**
 * Finds the state dict in what `torch.save` was given: that itself, or its entry `model` or `state_dict`. A prefix
 * `module.` on every key is taken off. Values that are not tensors come out as null.
 *
 * @throws TinyCutError `model-corrupt` when there is no state dict.
 */
export function findStateDict(
  root: PickleValue,
  faults: CheckpointFaults,
): ReadonlyMap<string, PickledTensor | null> {
  let dictionary = root;
  for (let depth = 0; depth < MAX_WRAPPERS && dictionary instanceof Map; depth++) {
    const outer = dictionary;
    const wrapper = WRAPPERS.find((key) => outer.get(key) instanceof Map);
    if (wrapper === undefined) break;
    dictionary = outer.get(wrapper)!;
  }
  if (!(dictionary instanceof Map)) {
    throw faults.refused(
      'does not hold a state dict',
      'Save the state dict of the network: torch.save(model.state_dict(), path).',
    );
  }
  const keys = [...dictionary.keys()].map(String);
  const prefix = keys.every((key) => key.startsWith(PARALLEL_PREFIX)) ? PARALLEL_PREFIX : '';
  return new Map(
    [...dictionary].map(([key, value]) => [
      String(key).slice(prefix.length),
      value instanceof PickledTensor ? value : null,
    ]),
  );
}
