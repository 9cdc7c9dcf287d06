import type * as vscode from 'vscode';
import { EventEmitterDouble } from './event-emitter-double.ts';

/** A notification that shows how far something is, with a button that cancels it. */
export class ProgressDouble {
  /** What it said, oldest first. */
  readonly messages: string[] = [];
  /** Where its bar stands. */
  percent = 0;
  private readonly cancelling = new EventEmitterDouble<unknown>();
  readonly token: vscode.CancellationToken = {
    isCancellationRequested: false,
    onCancellationRequested: this.cancelling.event as vscode.Event<unknown>,
  };

  report({ message, increment = 0 }: { message?: string; increment?: number }): void {
    if (message !== undefined && message !== this.messages.at(-1)) this.messages.push(message);
    this.percent += increment;
  }

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.cancelling.fire(undefined);
  }
}
