const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** Names of keys as the user's keyboard has them. */
export const keyNames = IS_MAC
  ? { alt: '⌥', undo: '⌘Z', redo: '⇧⌘Z' }
  : { alt: 'Alt', undo: 'Ctrl+Z', redo: 'Ctrl+Shift+Z' };
