import type * as vscode from 'vscode';
import { Channel, type Handlers } from '../../shared/channel.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { parseFrame } from '../../shared/frame.ts';
import { HOST_CONTRACT, type HostContract } from '../../shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../shared/ui-contract.ts';

export type UiChannel = Channel<HostContract, UiContract>;

/**
 * Serves the pages of one webview. A page is made anew whenever its tab comes back into view, and counts its calls from
 * one again: each gets a channel of its own, begun by its greeting.
 */
export class WebviewHost {
  private page: { channel: UiChannel; deliver(message: unknown): void; mute(): void } | null = null;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly handlers: Handlers<HostContract>,
    /** Told of each page that is made. */
    private readonly onPage: (channel: UiChannel) => void = () => {},
  ) {
    this.subscription = webview.onDidReceiveMessage((message: unknown) => {
      const frame = parseFrame(message);
      if (frame?.kind === 'hello' && !frame.answer) this.startPage();
      this.page?.deliver(message);
    });
  }

  /** Of the page at work. @throws TinyCutError `channel-closed` before there is one */
  get channel(): UiChannel {
    if (this.page) return this.page.channel;
    throw new TinyCutError('channel-closed', 'TinyCut is still opening. Try again in a moment.');
  }

  /** Tells the page, if there is one. */
  emit: UiChannel['emit'] = (name, value) => this.page?.channel.emit(name, value);

  dispose(): void {
    this.subscription.dispose();
    this.endPage();
  }

  private startPage(): void {
    this.endPage();
    let deliver: (message: unknown) => void = () => {};
    let isMuted = false;
    const channel: UiChannel = new Channel(
      {
        post: (frame) => {
          // Without a page the message is lost, which is as it should be.
          if (!isMuted) void this.webview.postMessage(frame).then(undefined, () => undefined);
        },
        listen(onMessage) {
          deliver = onMessage;
          return () => (deliver = () => {});
        },
      },
      HOST_CONTRACT,
      this.handlers,
      UI_CONTRACT,
    );
    this.page = { channel, deliver: (message) => deliver(message), mute: () => (isMuted = true) };
    this.onPage(channel);
  }

  /** The old page is gone: a goodbye would reach the one after it. */
  private endPage(): void {
    this.page?.mute();
    this.page?.channel.close();
    this.page = null;
  }
}
