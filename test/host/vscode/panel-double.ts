import type * as vscode from 'vscode';
import type { URI } from 'vscode-uri';
import { Channel, type Handlers } from '../../../src/shared/channel.ts';
import { HOST_CONTRACT, type HostContract, type Selection } from '../../../src/shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../../src/shared/ui-contract.ts';

/** One tab with a webview in it, whose page the test speaks for. */
export class PanelDouble {
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
  /** What the page does when it is asked to remove backgrounds. */
  removeBackgrounds: Handlers<UiContract>['removeBackgrounds'] = () => {
    throw new Error('This page removes no backgrounds.');
  };
  private toHost: ((message: unknown) => void) | null = null;
  private toPage: ((message: unknown) => void) | null = null;
  private onClose: (() => void) | null = null;

  constructor() {
    this.panel = this.makePanel();
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
        removeBackgrounds: (params, context) => this.removeBackgrounds(params, context),
      },
      HOST_CONTRACT,
    );
    this.channel.on('selectionChanged', (selection) => this.selections.push(selection));
    this.channel.on('outputUndone', () => this.undoneCount++);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onClose?.();
    this.channel.close();
  }

  /** Later, and as a copy. */
  private carry(message: unknown, receiver: () => ((message: unknown) => void) | null): void {
    const copy = asReceived(message);
    setTimeout(() => receiver()?.(copy), 0);
  }

  private makePanel(): vscode.WebviewPanel {
    const webview = {
      options: {},
      cspSource: 'https://webview.test',
      asWebviewUri: (uri: URI) => uri.with({ scheme: 'https', authority: 'webview.test' }),
      set html(html: string) {
        tab.htmls.push(html);
        tab.reload();
      },
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        tab.toHost = listener;
        return { dispose: () => (tab.toHost = null) };
      },
      postMessage: async (message: unknown) => {
        tab.carry(message, () => tab.toPage);
        return true;
      },
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a setter has a `this` of its own
    const tab = this;
    return {
      webview,
      active: true,
      onDidDispose: (listener: () => void) => {
        tab.onClose = listener;
        return { dispose: () => {} };
      },
      dispose: () => tab.close(),
    } as unknown as vscode.WebviewPanel;
  }
}

/** As VS Code carries a message between its processes: as JSON, in which only plain typed arrays are bytes. A Buffer is none. */
function asReceived(value: unknown): unknown {
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) return value.slice();
  if (Array.isArray(value)) return value.map(asReceived);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value) return JSON.parse(JSON.stringify(value));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asReceived(part)]));
}
