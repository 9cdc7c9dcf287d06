import type { CheckpointFaults } from './checkpoint-faults.ts';
import type { PickleValue } from './pickle-values.ts';

/** Values since the last mark, and marks. torch writes a dictionary's entries by the thousand. */
const MAX_DEPTH = 10_000;

/** The stack of a pickle machine. MARK sets the stack aside and begins another, as CPython's unpickler does. */
export class PickleStack {
  #values: PickleValue[] = [];
  readonly #setAside: PickleValue[][] = [];
  readonly #faults: CheckpointFaults;

  constructor(faults: CheckpointFaults) {
    this.#faults = faults;
  }

  push(value: PickleValue): void {
    if (this.#values.length >= MAX_DEPTH) throw this.#overflow();
    this.#values.push(value);
  }

  mark(): void {
    if (this.#setAside.length >= MAX_DEPTH) throw this.#overflow();
    this.#setAside.push(this.#values);
    this.#values = [];
  }

  top(): PickleValue {
    const value = this.#values.at(-1);
    if (value === undefined) throw this.#underflow();
    return value;
  }

  pop(): PickleValue {
    const value = this.#values.pop();
    if (value === undefined) throw this.#underflow();
    return value;
  }

  popMany(count: number): PickleValue[] {
    if (this.#values.length < count) throw this.#underflow();
    return this.#values.splice(-count);
  }

  /** All since the last mark. */
  popMarked(): PickleValue[] {
    const marked = this.#values;
    const before = this.#setAside.pop();
    if (!before) throw this.#underflow();
    this.#values = before;
    return marked;
  }

  /** The result: the only value there is. */
  popLast(): PickleValue {
    const value = this.pop();
    if (this.#values.length > 0 || this.#setAside.length > 0) {
      throw this.#faults.damaged('its pickle ends with values left over');
    }
    return value;
  }

  appendToTop(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list))
      throw this.#faults.damaged('its pickle appends to something that is not a list');
    for (const item of items) list.push(item);
  }

  /** `items`: key, value, key, value, ... */
  setItemsOfTop(items: readonly PickleValue[]): void {
    const dictionary = this.expectDictionaryOnTop();
    if (items.length % 2 !== 0) throw this.#faults.damaged('its pickle sets a key without a value');
    for (let i = 0; i < items.length; i += 2) {
      const [key, value] = [items[i]!, items[i + 1]!];
      if (typeof key !== 'string' && typeof key !== 'number') {
        throw this.#faults.damaged('its pickle has a dictionary with keys that are neither text nor numbers');
      }
      dictionary.set(key, value);
    }
  }

  expectDictionaryOnTop(): Extract<PickleValue, Map<unknown, unknown>> {
    const value = this.top();
    if (value instanceof Map) return value;
    throw this.#faults.damaged('its pickle sets entries of something that is not a dictionary');
  }

  #overflow(): Error {
    return this.#faults.damaged(`its pickle nests more than ${MAX_DEPTH} values`);
  }

  #underflow(): Error {
    return this.#faults.damaged('its pickle uses values that it never made');
  }
}
