import { cancelled } from './errors.ts';

/**
 * The part of AbortSignal that this project uses. Figma's main process has no AbortController, so the shared
 * code asks only for this; a DOM AbortSignal fits it as it is.
 */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export class CancelSource {
  private readonly listeners = new Set<() => void>();
  private isAborted = false;
  readonly signal: CancelSignal;

  constructor() {
    const isAborted = () => this.isAborted;
    this.signal = {
      get aborted() {
        return isAborted();
      },
      addEventListener: (_type, listener) => void this.listeners.add(listener),
      removeEventListener: (_type, listener) => void this.listeners.delete(listener),
    };
  }

  abort(): void {
    if (this.isAborted) return;
    this.isAborted = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }
}

/** @throws TinyCutError `cancelled` */
export function throwIfCancelled(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}
