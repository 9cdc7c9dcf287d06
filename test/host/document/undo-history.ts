/** Undo steps as whole states: documents of tests and the workbench are small, and text cannot be changed by accident. */
export class UndoHistory {
  private readonly earlier: string[] = [];

  constructor(private latest: string) {}

  get committed(): string {
    return this.latest;
  }

  commit(state: string): void {
    if (state === this.latest) return;
    this.earlier.push(this.latest);
    this.latest = state;
  }

  /** The state to go back to, or null when there is no earlier one. What is not committed is a step of its own. */
  undo(state: string): string | null {
    this.commit(state);
    const previous = this.earlier.pop();
    if (previous === undefined) return null;
    this.latest = previous;
    return previous;
  }
}
