import * as vscode from 'vscode';
import { CancelSource } from '../../shared/cancellation.ts';
import { toTinyCutError } from '../../shared/errors.ts';
import { notTakenBack, saveDocument } from './place-result.ts';
import { reportOf, summaryOf } from './removal-report.ts';
import { runRemoval, type RemovalOutcome, type WrittenCutout } from './removal-run.ts';

/** Context key: whether there are cutouts that the command can take back. */
const CAN_UNDO = 'tinycut.canUndoRemoval';

/** *Remove Background* on files: how far it is, how it ended, and the way back. */
export class BackgroundRemover implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel('TinyCut');
  private lastRun: Promise<unknown> = Promise.resolve();
  private lastWritten: readonly WrittenCutout[] = [];

  constructor(private readonly extensionUri: vscode.Uri) {}

  /** Shows what happened; throws nothing. */
  async run(uris: readonly vscode.Uri[]): Promise<void> {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'TinyCut: Remove Background',
        cancellable: true,
      },
      (progress, token) => {
        // One after the other: two engines at once take twice the memory, and may choose the same file name.
        const run = this.lastRun.then(() => this.runOnce(uris, progress, token));
        this.lastRun = run.catch(() => undefined);
        return run;
      },
    );
    this.log.appendLine(reportOf(outcome));
    if (outcome.written.length > 0) this.keep(outcome.written);
    // Not awaited: the command has done its work while the message is still there.
    void this.tell(outcome);
  }

  /** Takes back what the last run wrote. */
  undo(): Promise<void> {
    return this.takeBack(this.lastWritten);
  }

  dispose(): void {
    this.log.dispose();
  }

  private async runOnce(
    uris: readonly vscode.Uri[],
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    token: vscode.CancellationToken,
  ): Promise<RemovalOutcome> {
    const stop = new CancelSource();
    if (token.isCancellationRequested) stop.abort();
    const subscription = token.onCancellationRequested(() => stop.abort());
    let shownFraction = 0;
    const outcome = await runRemoval(uris, this.extensionUri, {
      signal: stop.signal,
      onProgress({ doneCount, layerName, fraction }) {
        const message = uris.length === 1 ? layerName : `${doneCount + 1} of ${uris.length}: ${layerName}`;
        progress.report({ message, increment: Math.max(0, fraction - shownFraction) * 100 });
        shownFraction = Math.max(shownFraction, fraction);
      },
    });
    subscription.dispose();
    return outcome;
  }

  private async tell(outcome: RemovalOutcome): Promise<void> {
    const { written, failures } = outcome;
    const { showErrorMessage, showWarningMessage, showInformationMessage } = vscode.window;
    const show =
      failures.length === 0
        ? showInformationMessage
        : written.length === 0
          ? showErrorMessage
          : showWarningMessage;
    const buttons = [...(written.length > 0 ? ['Undo'] : []), ...(failures.length > 0 ? ['Details'] : [])];
    const chosen = await show(summaryOf(outcome), ...buttons);
    if (chosen === 'Undo') await this.takeBack(written);
    if (chosen === 'Details') this.log.show();
  }

  private async takeBack(written: readonly WrittenCutout[]): Promise<void> {
    if (this.lastWritten === written) this.keep([]);
    try {
      for (const { document, result } of written) {
        document.remove(result);
        await saveDocument(document, notTakenBack('undo again'));
      }
    } catch (thrown) {
      // Unless another run has come between, the command can try once more.
      if (this.lastWritten.length === 0) this.keep(written);
      void vscode.window.showErrorMessage(toTinyCutError(thrown).message);
    }
  }

  private keep(written: readonly WrittenCutout[]): void {
    this.lastWritten = written;
    void vscode.commands.executeCommand('setContext', CAN_UNDO, written.length > 0);
  }
}
