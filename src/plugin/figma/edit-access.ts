/** Whether Figma refused something because the file may only be viewed. It names no code, so its words are matched. */
export function isEditRefusal(thrown: unknown): boolean {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return /read.?only|view.?only|permission|not allowed to edit/i.test(reason);
}

/** Nothing tells but a write: this one takes away what is not there. */
export function isFileEditable(): boolean {
  try {
    figma.currentPage.setPluginData('is-editable', '');
    return true;
  } catch (thrown) {
    return !isEditRefusal(thrown);
  }
}
