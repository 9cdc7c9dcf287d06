import type * as vscode from 'vscode';
import { URI } from 'vscode-uri';
import { PanelDouble } from './panel-double.ts';

const NEVER = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => {} }) };
type Edit = vscode.CustomDocumentEditEvent;

/** The tab of a custom editor: its document with the edits that VS Code keeps for it. */
export class EditorDouble extends PanelDouble {
  private readonly edits: Edit[] = [];
  private done = 0;
  private savedAt = 0;

  constructor(
    readonly uri: URI,
    private readonly document: vscode.CustomDocument,
    private readonly provider: vscode.CustomEditorProvider,
  ) {
    super();
    const event = provider.onDidChangeCustomDocument as vscode.Event<Edit>;
    event((edit) => {
      if (edit.document !== document) return;
      this.edits.splice(this.done, Infinity, edit);
      this.done++;
    });
  }

  get isDirty(): boolean {
    return this.done !== this.savedAt;
  }

  async undo(): Promise<void> {
    if (this.done > 0) await this.edits[--this.done]!.undo();
  }

  async redo(): Promise<void> {
    if (this.done < this.edits.length) await this.edits[this.done++]!.redo();
  }

  async save(): Promise<void> {
    const { done } = this;
    await this.provider.saveCustomDocument(this.document, NEVER);
    this.savedAt = done;
  }

  async revert(): Promise<void> {
    await this.provider.revertCustomDocument(this.document, NEVER);
    this.done = this.savedAt;
  }

  backup(path: string): Thenable<vscode.CustomDocumentBackup> {
    return this.provider.backupCustomDocument(
      this.document,
      { destination: URI.file(path) as vscode.Uri },
      NEVER,
    );
  }
}
