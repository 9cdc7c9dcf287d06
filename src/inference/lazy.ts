/** Something that is made when it is first asked for, and then kept; after a failure the next call tries again. */
export class Lazy<T> {
  private made: Promise<T> | null = null;

  constructor(private readonly make: () => Promise<T>) {}

  get(): Promise<T> {
    this.made ??= this.make().catch((thrown: unknown) => {
      this.made = null;
      throw thrown;
    });
    return this.made;
  }

  /** What there is so far; null before the first call. */
  get existing(): Promise<T> | null {
    return this.made;
  }
}
