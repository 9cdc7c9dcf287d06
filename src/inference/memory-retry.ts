import { isMemoryFailure, outOfMemory } from './runtime-failure.ts';

/** Tries once more, with less kept, what failed for lack of memory. */
export class MemoryRetry {
  private hasRunOut = false;

  /**
   * @param letGo of all that can be had again, but for one image
   * @param onShort told once, when memory has run out for the first time
   */
  constructor(
    private readonly letGo: (imageId: string) => Promise<void>,
    private readonly onShort: (() => void) | undefined,
  ) {}

  /** Whether memory has run out before: no more should be asked for at once than is needed. */
  get isShort(): boolean {
    return this.hasRunOut;
  }

  /**
   * @param imageId whose image `work` needs
   * @throws TinyCutError `out-of-memory` when letting go was not enough, and what else `work` throws
   */
  async withRoomFor<T>(imageId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!isMemoryFailure(thrown)) throw thrown;
    }
    // In a runtime that is beyond help this fails too; the second try then tells.
    await this.letGo(imageId).catch(() => undefined);
    if (!this.hasRunOut) this.onShort?.();
    this.hasRunOut = true;
    try {
      return await work();
    } catch (thrown) {
      throw isMemoryFailure(thrown) ? outOfMemory() : thrown;
    }
  }
}
