/**
 * Whether the focused control was reached by keyboard. `:focus-visible` can't tell: it turns true at any key, also on
 * a button that was clicked before.
 */
export class FocusOrigin {
  private isPointerAtWork = false;
  private isByPointer = false;

  constructor(private readonly page: Document) {
    const options = { capture: true };
    page.addEventListener('pointerdown', () => (this.isPointerAtWork = true), options);
    // The click on a label, which focuses its input, comes in the same task as this.
    page.addEventListener('pointerup', () => setTimeout(() => (this.isPointerAtWork = false), 0), options);
    page.addEventListener('focusin', () => (this.isByPointer = this.isPointerAtWork), options);
  }

  /** Such a control keeps its own Enter and Space; one that was clicked leaves them to the plugin. */
  isControlReachedByKeyboard(): boolean {
    return !this.isByPointer && (this.page.activeElement?.matches('button, input, select') ?? false);
  }
}
