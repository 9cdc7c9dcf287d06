/** How far a search is, when what is left can become less or more as it goes. */
export class SearchProgress {
  private readonly startedAtMs: number;
  private largestFraction = 0;

  /** @param nowMs a clock that does not run backwards */
  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.startedAtMs = nowMs();
  }

  /**
   * @param done prompts answered
   * @param left prompts expected to follow
   * @returns `fraction` 0..1, which never falls; `remainingMs`, null before the first answer
   */
  after(done: number, left: number): { fraction: number; remainingMs: number | null } {
    if (done === 0) return { fraction: 0, remainingMs: null };
    this.largestFraction = Math.max(this.largestFraction, done / (done + left));
    return { fraction: this.largestFraction, remainingMs: ((this.nowMs() - this.startedAtMs) / done) * left };
  }
}
