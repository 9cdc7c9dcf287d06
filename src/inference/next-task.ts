/** Lets messages and timers have their turn, which awaiting a settled promise does not. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
