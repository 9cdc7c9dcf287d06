const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** Names of keys as the user's keyboard has them. */
export const keyNames = IS_MAC
  ? { alt: '⌥', undo: '⌘Z', redo: '⇧⌘Z' }
  : { alt: 'Alt', undo: 'Ctrl+Z', redo: 'Ctrl+Shift+Z' };

/**
 * Threads for the engine: half of the processors, since as many as there are were slower than one (docs/vscode.md), four at most.
 * Memory is shared between threads in isolated pages only.
 */
export const maxThreadCount = globalThis.crossOriginIsolated
  ? Math.min(4, Math.max(1, Math.floor(navigator.hardwareConcurrency / 2)))
  : 1;
