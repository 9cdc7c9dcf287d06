import { Channel, type Handlers, type Port } from '../../src/shared/channel.ts';
import { HOST_CONTRACT, type HostContract, type Selection } from '../../src/shared/host-contract.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { UI_CONTRACT, type UiContract } from '../../src/shared/ui-contract.ts';
import type { UiSurface, UiWindowOptions } from './ui-surface.ts';

export type UiChannel = Channel<UiContract, HostContract>;

/** Plays the plugin's UI from Node: a window that is never drawn, with a channel to the main process. */
export class HeadlessUi implements UiSurface {
  /** The calls that the real UI makes. There from the start; calls wait until the plugin has opened its window. */
  readonly channel: UiChannel;
  /** Every `selectionChanged` event, oldest first. */
  readonly selections: Selection[] = [];
  /** As the plugin asked for it; null while no window is open. */
  window: UiWindowOptions | null = null;
  /** What the engine would do in the real UI. */
  removeBackgrounds: Handlers<UiContract>['removeBackgrounds'] | null = null;
  private toUi: ((message: unknown) => void) | null = null;
  private toMain: ((message: unknown, origin?: string) => void) | null = null;
  private unsent: unknown[] = [];

  constructor() {
    const port: Port = {
      post: (frame: Frame) => this.postRaw(frame),
      listen: (onMessage) => {
        this.toUi = onMessage;
        return () => (this.toUi = null);
      },
    };
    const nothingOnShow = () => {
      throw new TinyCutError('mask-empty', 'No mask is on show.');
    };
    this.channel = new Channel(
      port,
      UI_CONTRACT,
      {
        traceMask: nothingOnShow,
        removeBackgrounds: (...args) => (this.removeBackgrounds ?? nothingOnShow)(...args),
      },
      HOST_CONTRACT,
    );
    this.channel.on('selectionChanged', (selection) => this.selections.push(selection));
  }

  /** Sends anything at all to the main process, as a page's script could. */
  postRaw(message: unknown, origin?: string): void {
    if (this.window && this.toMain) this.toMain(message, origin);
    else this.unsent.push(message);
  }

  show(_html: string, options: UiWindowOptions): void {
    this.window = { ...options };
    for (const message of this.unsent.splice(0)) this.postRaw(message);
  }

  resize(widthPx: number, heightPx: number): void {
    if (this.window) this.window = { ...this.window, widthPx, heightPx };
  }

  setVisible(isVisible: boolean): void {
    if (this.window) this.window = { ...this.window, isVisible };
  }

  close(): void {
    this.window = null;
    this.channel.close();
  }

  post(pluginMessage: unknown): void {
    this.toUi?.(pluginMessage);
  }

  listen(onPluginMessage: (pluginMessage: unknown, origin?: string) => void): void {
    this.toMain = onPluginMessage;
    if (this.window) for (const message of this.unsent.splice(0)) this.postRaw(message);
  }
}
