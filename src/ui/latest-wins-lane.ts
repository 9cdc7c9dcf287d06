/**
 * Runs one job at a time and keeps only the newest waiting one per slot, since a job of the decoder can't be
 * stopped once it runs and older wishes are worth nothing. Earlier slots go first: a hover never delays a click.
 */
export class LatestWinsLane<Slot extends string> {
  private readonly waiting = new Map<Slot, () => Promise<void>>();
  private isRunning = false;

  constructor(private readonly slotsByPriority: readonly Slot[]) {}

  /** @param job handles its own failures; one that rejects all the same doesn't stop the lane */
  submit(slot: Slot, job: () => Promise<void>): void {
    this.waiting.set(slot, job);
    void this.drain();
  }

  /** Forgets what waits; what runs goes on. */
  drop(slot: Slot): void {
    this.waiting.delete(slot);
  }

  dropAll(): void {
    this.waiting.clear();
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (let job = this.takeNext(); job; job = this.takeNext()) await job().catch(() => undefined);
    } finally {
      this.isRunning = false;
    }
  }

  private takeNext(): (() => Promise<void>) | undefined {
    for (const slot of this.slotsByPriority) {
      const job = this.waiting.get(slot);
      if (job) {
        this.waiting.delete(slot);
        return job;
      }
    }
    return undefined;
  }
}
