/**
 * Which call ids were served, so that none is served twice. A peer counts its calls from 1, so nearly all of them fit
 * into one number.
 */
export class ServedCalls {
  private all = 0;
  /** Beyond those up to `all`. */
  private readonly scattered = new Set<number>();

  /** @returns false when the id was claimed before */
  claim(id: number): boolean {
    if (id <= this.all || this.scattered.has(id)) return false;
    this.scattered.add(id);
    while (this.scattered.delete(this.all + 1)) this.all++;
    return true;
  }
}
