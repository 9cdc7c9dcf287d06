import { signal } from '@preact/signals';
import type { Segmentation } from './mask-size.ts';
import type { PromptEntry } from './prompt-entry.ts';

/** A megabyte each. */
const MAX_RESULTS = 24;

/** The engine's newest answers by prompt entry, so that undo shows them at once. Older ones are asked for again. */
export class KeptResults {
  private readonly byEntryId = signal<ReadonlyMap<number, Segmentation>>(new Map());

  of(entry: PromptEntry): Segmentation | null {
    return this.byEntryId.value.get(entry.id) ?? null;
  }

  keep(entry: PromptEntry, segmentation: Segmentation): void {
    const others = [...this.byEntryId.peek()].filter(([id]) => id !== entry.id);
    this.byEntryId.value = new Map([...others.slice(1 - MAX_RESULTS), [entry.id, segmentation]]);
  }
}
