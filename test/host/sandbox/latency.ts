export interface LatencyOptions {
  /** Bounds of the delay of each async call and message, in milliseconds. Async calls may overtake one another. */
  minMs: number;
  maxMs: number;
  /** Same seed, same delays. */
  seed: number;
}

export const DEFAULT_LATENCY: LatencyOptions = { minMs: 0, maxMs: 4, seed: 1 };

/** Seeded delays (mulberry32). */
export class Latency {
  private state: number;

  constructor(private readonly options: LatencyOptions) {
    this.state = options.seed;
  }

  nextMs(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    const fraction = ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    return this.options.minMs + fraction * (this.options.maxMs - this.options.minMs);
  }
}
