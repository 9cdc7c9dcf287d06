/** Keeps the `capacity` entries that were used last. */
export class LruCache<K, V> {
  // A Map iterates in the order of insertion, so the first key is the one unused for longest.
  private readonly entries = new Map<K, V>();

  /** @throws RangeError when the capacity is not a whole number >= 1 */
  constructor(private capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError('The capacity must be at least 1.');
  }

  get size(): number {
    return this.entries.size;
  }

  /** From now on keeps the latest entry alone, and of those that are there the one named. */
  shrinkTo(key: K | null): void {
    this.capacity = 1;
    for (const other of [...this.entries.keys()]) if (other !== key) this.entries.delete(other);
  }

  /** Counts as a use. */
  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.capacity) this.entries.delete(this.entries.keys().next().value as K);
  }

  clear(): void {
    this.entries.clear();
  }
}
