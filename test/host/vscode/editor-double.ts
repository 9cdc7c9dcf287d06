import type * as vscode from 'vscode';
import { URI } from 'vscode-uri';
import { Channel } from '../../../src/shared/channel.ts';
import { HOST_CONTRACT, type HostContract, type Selection } from '../../../src/shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../../src/shared/ui-contract.ts';

const NEVER = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => {} }) };
type Edit = vscode.CustomDocumentEditEvent;

/** One tab: the custom document with the edits that VS Code keeps for it, and a webview whose page the test speaks for. */
export class EditorDouble {
  readonly panel: vscode.WebviewPanel;
  /** Of the newest page. */
  channel!: Channel<UiContract, HostContract>;
  readonly selections: Selection[] = [];
  undoneCount = 0;
  /** Pages that the extension has made. */
  htmls: string[] = [];
  isClosed = false;
  /** What the page answers when it is asked for its mask. */
  mask:
    | (() => {
        imageSizePx: { width: number; height: number };
        paths: { windingRule: 'NONZERO'; data: string }[];
      })
    | null = null;
  private readonly edits: Edit[] = [];
  private done = 0;
  private savedAt = 0;
  private toHost: ((message: unknown) => void) | null = null;
  private toPage: ((message: unknown) => void) | null = null;
  private onClose: (() => void) | null = null;

  constructor(
    readonly uri: URI,
    private readonly document: vscode.CustomDocument,
    private readonly provider: vscode.CustomEditorProvider,
  ) {
    const event = provider.onDidChangeCustomDocument as vscode.Event<Edit>;
    event((edit) => {
      if (edit.document !== document) return;
      this.edits.splice(this.done, Infinity, edit);
      this.done++;
    });
    this.panel = this.makePanel();
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

  /** Throws the page away and makes it anew, as hiding a tab and showing it does. */
  reload(): void {
    this.toPage = null;
    this.channel = new Channel(
      {
        post: (frame) => this.carry(frame, () => this.toHost),
        listen: (onMessage) => {
          this.toPage = onMessage;
          return () => {
            if (this.toPage === onMessage) this.toPage = null;
          };
        },
      },
      UI_CONTRACT,
      {
        traceMask: () => {
          if (!this.mask) throw new Error('No object is selected.');
          return this.mask();
        },
      },
      HOST_CONTRACT,
    );
    this.channel.on('selectionChanged', (selection) => this.selections.push(selection));
    this.channel.on('outputUndone', () => this.undoneCount++);
  }

  close(): void {
    this.isClosed = true;
    this.onClose?.();
    this.channel.close();
  }

  /** Later, and as a copy. */
  private carry(message: unknown, receiver: () => ((message: unknown) => void) | null): void {
    const copy: unknown = structuredClone(message);
    setTimeout(() => receiver()?.(copy), 0);
  }

  private makePanel(): vscode.WebviewPanel {
    const webview = {
      options: {},
      cspSource: 'https://webview.test',
      asWebviewUri: (uri: URI) => uri.with({ scheme: 'https', authority: 'webview.test' }),
      set html(html: string) {
        editor.htmls.push(html);
        editor.reload();
      },
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        editor.toHost = listener;
        return { dispose: () => (editor.toHost = null) };
      },
      postMessage: async (message: unknown) => {
        editor.carry(message, () => editor.toPage);
        return true;
      },
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a setter has a `this` of its own
    const editor = this;
    return {
      webview,
      active: true,
      onDidDispose: (listener: () => void) => {
        editor.onClose = listener;
        return { dispose: () => {} };
      },
      dispose: () => editor.close(),
    } as unknown as vscode.WebviewPanel;
  }
}
