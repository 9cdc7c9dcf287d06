const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** Names of keys as the user's keyboard has them. */
export const keyNames = IS_MAC
  ? { alt: '⌥', undo: '⌘Z', redo: '⇧⌘Z' }
  : { alt: 'Alt', undo: 'Ctrl+Z', redo: 'Ctrl+Shift+Z' };

/** As many as help the encoder, which gains little from more; memory is shared between threads in isolated pages only. */
export const maxThreadCount = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 4) : 1;
