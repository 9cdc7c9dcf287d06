import * as vscode from 'vscode';
import type { StartTask } from '../../shared/host-contract.ts';
import { readBackup, writeBackup } from './backup.ts';
import { folderOf } from './file-names.ts';
import { hostHandlers } from './host-handlers.ts';
import { ImageDocument } from './image-document.ts';
import { placeResult, saveDocument } from './place-result.ts';
import { readSelection } from './read-selection.ts';
import { WebviewHost } from './webview-host.ts';
import { loadPage } from './webview-page.ts';

export const VIEW_TYPE = 'tinycut.editor';

interface OpenEditor {
  document: ImageDocument;
  panel: vscode.WebviewPanel;
  host: WebviewHost;
}

/** The custom editor: an image, TinyCut's UI on it, and results that are saved, undone and kept as its edits. */
export class ImageEditorProvider implements vscode.CustomEditorProvider<ImageDocument>, vscode.Disposable {
  private readonly edits = new vscode.EventEmitter<vscode.CustomDocumentEditEvent<ImageDocument>>();
  readonly onDidChangeCustomDocument = this.edits.event;
  private readonly open = new Set<OpenEditor>();
  private readonly startTasks = new Map<string, StartTask>();

  constructor(private readonly extensionUri: vscode.Uri) {}

  /** The editor in front, if it is one of TinyCut's. */
  get active(): OpenEditor | undefined {
    return [...this.open].find(({ panel }) => panel.active);
  }

  /** Opens an image in the editor, or shows the editor that has it, for a task. */
  async openFor(uri: vscode.Uri, task: StartTask): Promise<void> {
    this.startTasks.set(uri.toString(), task);
    const editor = [...this.open].find(({ document }) => document.uri.toString() === uri.toString());
    // A page asks for its task when it starts.
    if (editor) loadPage(editor.panel.webview, this.extensionUri);
    await vscode.commands.executeCommand('vscode.openWith', uri, VIEW_TYPE);
  }

  async openCustomDocument(
    uri: vscode.Uri,
    { backupId }: vscode.CustomDocumentOpenContext,
  ): Promise<ImageDocument> {
    const document = new ImageDocument(uri);
    // A backup that can't be read is no reason to keep the image closed.
    const results = backupId ? await readBackup(backupId).catch(() => []) : [];
    for (const result of results) document.add(result);
    return document;
  }

  resolveCustomEditor(document: ImageDocument, panel: vscode.WebviewPanel): void {
    const host = new WebviewHost(
      panel.webview,
      hostHandlers({
        documents: [document],
        getSelection: () => readSelection(document),
        placeResult: (document, result) =>
          placeResult(document, result, {
            report: (edit) => this.edits.fire(edit),
            onUndone: () => host.emit('outputUndone', {}),
          }),
        takeStartTask: () => this.takeStartTask(document),
        closeEditor: () => panel.dispose(),
      }),
    );
    const editor = { document, panel, host };
    this.open.add(editor);
    const watcher = this.follow(editor);
    panel.onDidDispose(() => {
      this.open.delete(editor);
      watcher.dispose();
      host.dispose();
    });
    loadPage(panel.webview, this.extensionUri);
  }

  saveCustomDocument(document: ImageDocument): Promise<void> {
    return saveDocument(document);
  }

  /** The image is what the tab is about, so it is what goes elsewhere; its results are saved where they belong. */
  async saveCustomDocumentAs(document: ImageDocument, destination: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.copy(document.uri, destination, { overwrite: true });
    await saveDocument(document);
  }

  async revertCustomDocument(document: ImageDocument): Promise<void> {
    document.revert();
  }

  backupCustomDocument(
    document: ImageDocument,
    { destination }: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    return writeBackup(document.pending, destination);
  }

  dispose(): void {
    this.edits.dispose();
  }

  private takeStartTask({ uri }: ImageDocument): StartTask {
    const task = this.startTasks.get(uri.toString()) ?? 'object';
    this.startTasks.delete(uri.toString());
    return task;
  }

  /** When the file changes on disk, the UI opens what it is then; while it is gone, the UI keeps what it has. */
  private follow({ document, host }: OpenEditor): vscode.Disposable {
    // A pattern of the name itself would read brackets in it as a pattern.
    const pattern = new vscode.RelativePattern(folderOf(document.uri), '*');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const onChange = (uri: vscode.Uri) => {
      if (uri.toString() !== document.uri.toString()) return;
      readSelection(document).then(
        (selection) => host.emit('selectionChanged', selection),
        () => undefined,
      );
    };
    watcher.onDidChange(onChange);
    watcher.onDidCreate(onChange);
    return watcher;
  }
}
