/** One notification with a way to cancel, whose text changes while something is at work. */
export class ProgressNotice {
  private shown: NotificationHandler | null = null;
  private text = '';

  constructor(private readonly cancel: () => void) {}

  /** Shown anew only when the text is another. */
  show(text: string): void {
    if (text === this.text) return;
    this.hide();
    this.text = text;
    const button = { text: 'Cancel', action: () => this.cancel() };
    this.shown = figma.notify(text, { timeout: Infinity, button });
  }

  hide(): void {
    this.shown?.cancel();
    this.shown = null;
    this.text = '';
  }
}
