import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';

/**
 * Lets messages and timers have their turn, so that a cancel that was posted meanwhile is heard. Awaiting a settled promise does not.
 * @throws TinyCutError `cancelled`
 */
export async function letCancelThrough(signal: CancelSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  throwIfCancelled(signal);
}
