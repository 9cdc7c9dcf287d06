/** Undo steps as whole states: documents of tests and the workbench are small, and text cannot be changed by accident. */
export class UndoHistory {
  private readonly earlier: string[] = [];
  private later: string[] = [];

  constructor(private latest: string) {}

  get committed(): string {
    return this.latest;
  }

  commit(state: string): void {
    if (state === this.latest) return;
    this.earlier.push(this.latest);
    this.latest = state;
    this.later = [];
  }

  /** The state to go back to, or null when there is no earlier one. What is not committed is a step of its own. */
  undo(state: string): string | null {
    this.commit(state);
    const previous = this.earlier.pop();
    if (previous === undefined) return null;
    this.later.push(this.latest);
    this.latest = previous;
    return previous;
  }

  /** The state that was undone last, or null when there is none or something has changed since. */
  redo(state: string): string | null {
    this.commit(state);
    const next = this.later.pop();
    if (next === undefined) return null;
    this.earlier.push(this.latest);
    this.latest = next;
    return next;
  }
}
