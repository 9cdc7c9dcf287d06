import { createContext, runInContext } from 'node:vm';
import type * as vscode from 'vscode';
import { URI, Utils } from 'vscode-uri';
import { bundleVscodeMain } from '../../../build.mjs';
import { EditorDouble } from './editor-double.ts';
import { EventEmitterDouble } from './event-emitter-double.ts';
import { FileSystemError, MemoryFiles } from './memory-files.ts';
import { PanelDouble } from './panel-double.ts';
import { ProgressDouble } from './progress-double.ts';

/** What a worker of the web has and Node has, too; the extension gets no more. */
const SHARED_GLOBALS = {
  TextDecoder,
  TextEncoder,
  URL,
  clearTimeout,
  crypto,
  queueMicrotask,
  setTimeout,
  // One realm's bytes are foreign to another's checks.
  ArrayBuffer,
  DataView,
  Uint8Array,
  Uint32Array,
};

type Provider = vscode.CustomEditorProvider;
type ProgressTask = (progress: ProgressDouble, token: vscode.CancellationToken) => Promise<unknown>;

let bundle: Promise<string> | undefined;

/** VS Code, as far as TinyCut's extension can tell: runs the built extension over files in memory. */
export class VscodeDouble {
  readonly files = new MemoryFiles();
  readonly settings: Record<string, unknown> = {};
  /** What was shown to the user, oldest first. */
  readonly messages: { message: string; isError: boolean }[] = [];
  readonly editors: EditorDouble[] = [];
  /** Tabs with a page of their own, which are no editors. */
  readonly panels: PanelDouble[] = [];
  /** Called with each of them before its page is there. */
  onPanel: (panel: PanelDouble) => void = () => {};
  /** Notifications that show how far something is, oldest first. */
  readonly progresses: ProgressDouble[] = [];
  /** Lines of the output channel. */
  readonly log: string[] = [];
  /** By the name of a key. */
  readonly context: Record<string, unknown> = {};
  /** The button that the user presses in the next message that has it. */
  nextButton: string | null = null;
  clipboard = '';
  private readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  private provider: Provider | null = null;

  static async start(): Promise<VscodeDouble> {
    const double = new VscodeDouble();
    bundle ??= bundleVscodeMain() as Promise<string>;
    const module = { exports: {} as { activate(context: object): void } };
    const context = createContext({
      ...SHARED_GLOBALS,
      module,
      exports: module.exports,
      require: (name: string) => {
        if (name === 'vscode') return double.api();
        throw new Error(`The extension asks for "${name}", which the web does not have.`);
      },
    });
    runInContext(await bundle, context);
    module.exports.activate({ extensionUri: URI.file('/extension'), subscriptions: [] });
    return double;
  }

  /** Opens an image in TinyCut, as *Open With…* does; an editor that has it comes to the front. */
  async open(path: string, backupId?: string): Promise<EditorDouble> {
    const found = this.editors.find((editor) => editor.uri.path === path && !editor.isClosed);
    if (found) return found;
    const uri = URI.file(path);
    const document = await this.provider!.openCustomDocument(
      uri as vscode.Uri,
      { backupId, untitledDocumentData: undefined },
      NEVER,
    );
    const editor = new EditorDouble(uri, document, this.provider!);
    this.editors.push(editor);
    await this.provider!.resolveCustomEditor(document, editor.panel, NEVER);
    return editor;
  }

  async runCommand(name: string, ...args: unknown[]): Promise<unknown> {
    return this.commands.get(name)!(...args);
  }

  private show(isError: boolean) {
    return async (message: string, ...buttons: string[]) => {
      this.messages.push({ message, isError });
      const pressed = buttons.find((button) => button === this.nextButton);
      if (pressed) this.nextButton = null;
      return pressed;
    };
  }

  private api(): object {
    const { files, commands } = this;
    return {
      Uri: Object.assign(URI, { joinPath: Utils.joinPath }),
      EventEmitter: EventEmitterDouble,
      FileSystemError,
      RelativePattern: class {},
      ProgressLocation: { Notification: 15 },
      ViewColumn: { Active: -1 },
      workspace: {
        fs: files.api,
        asRelativePath: ({ path }: URI) => path.replace(/^\/photos\//, ''),
        getConfiguration: (section: string) => ({
          get: (name: string, fallback: unknown) => this.settings[`${section}.${name}`] ?? fallback,
        }),
        save: async (uri: URI) => {
          await this.editors.find((editor) => editor.uri.path === uri.path)?.save();
          return uri;
        },
        createFileSystemWatcher() {
          const changed = new EventEmitterDouble<URI>();
          const created = new EventEmitterDouble<URI>();
          const dispose = files.watch((path, isNew) => (isNew ? created : changed).fire(URI.file(path)));
          return { onDidChange: changed.event, onDidCreate: created.event, dispose };
        },
      },
      window: {
        registerCustomEditorProvider: (_type: string, provider: Provider) => {
          this.provider = provider;
          return { dispose: () => {} };
        },
        showErrorMessage: this.show(true),
        showWarningMessage: this.show(false),
        showInformationMessage: this.show(false),
        setStatusBarMessage: this.show(false),
        createWebviewPanel: () => {
          const double = new PanelDouble();
          this.panels.push(double);
          this.onPanel(double);
          return double.panel;
        },
        createOutputChannel: () => ({
          appendLine: (line: string) => void this.log.push(line),
          show() {},
          dispose() {},
        }),
        withProgress: (_options: object, task: ProgressTask) => {
          const progress = new ProgressDouble();
          this.progresses.push(progress);
          return task(progress, progress.token);
        },
        tabGroups: { activeTabGroup: {} },
      },
      commands: {
        registerCommand(name: string, run: (...args: unknown[]) => unknown) {
          commands.set(name, run);
          return { dispose: () => commands.delete(name) };
        },
        executeCommand: async (name: string, ...args: unknown[]) => {
          if (name === 'vscode.openWith') await this.open((args[0] as URI).path);
          if (name === 'setContext') this.context[args[0] as string] = args[1];
        },
      },
      env: { clipboard: { writeText: async (text: string) => void (this.clipboard = text) } },
    };
  }
}

const NEVER = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => {} }) };
