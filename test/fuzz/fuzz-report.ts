/** What came of the mutants, in numbers. */
export class FuzzReport {
  readonly outcomes = new Map<string, number>();
  sentCount = 0;
  /** Of those sent, how many are right by the schemas. */
  passedCount = 0;
  sessionCount = 0;

  count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** @param outcome of `decodeOutcome` */
  countDecoding(outcome: string): void {
    this.sentCount++;
    if (!outcome.startsWith('refused by the header')) this.passedCount++;
    this.count(outcome);
  }

  toString(): string {
    const list = [...this.outcomes].sort(([, a], [, b]) => b - a);
    const passed = this.passedCount > 0 ? `, ${this.passedCount} passed the schemas` : '';
    return [
      `${this.sentCount} mutants in ${this.sessionCount} sessions${passed}`,
      ...list.map(([outcome, count]) => `  ${String(count).padStart(7)}  ${outcome}`),
    ].join('\n');
  }
}

/** @throws Error when it takes longer, so that a hang ends the fuzz */
export async function within<T>(maxMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs: no answer within ${maxMs} ms`)), maxMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Error with what is wrong */
export function must(isTrue: boolean, otherwise: () => string): void {
  if (!isTrue) throw new Error(otherwise());
}
