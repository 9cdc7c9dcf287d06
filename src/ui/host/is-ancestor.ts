/**
 * Whether a message is from a window that this one is in, as a host's is. Frames beside and within this one can post to
 * it as well, and so can the windows that they open.
 */
export function isAncestor(source: MessageEventSource | null, frame: Window): boolean {
  for (let inner = frame; inner.parent !== inner; inner = inner.parent) {
    if (source === inner.parent) return true;
  }
  return false;
}
