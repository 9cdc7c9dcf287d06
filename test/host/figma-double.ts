import type { FigmaDocument } from './document/figma-document.ts';
import type { LatencyOptions } from './sandbox/latency.ts';
import type { UiSurface } from './ui-surface.ts';

export interface FigmaDoubleOptions {
  /** The built main bundle (`dist/main.js`), as text. */
  mainJs: string;
  /** The built UI (`dist/ui.html`), as text: what the plugin sees as `__html__`. */
  uiHtml: string;
  document: FigmaDocument;
  surface: UiSurface;
  /** `figma.command`; empty when the manifest has no menu. */
  command?: string;
  latency?: LatencyOptions;
  /** The bytes of QuickJS's .wasm, for pages that cannot let the library find the file by itself. */
  quickJsWasm?: ArrayBuffer;
  onConsole?: (level: string, line: string) => void;
}

export interface DoubleNotification {
  message: string;
  isError: boolean;
}

/** Figma, as far as a plugin can tell: runs one plugin over one document. */
export class FigmaDouble {
  readonly document: FigmaDocument;
  /** Everything that `figma.notify` showed, oldest first. */
  readonly notifications: DoubleNotification[] = [];
  /** What went wrong in the plugin's main process without being caught, oldest first. */
  readonly errors: string[] = [];
  /** Settles when the plugin has ended, by itself or by the user. */
  readonly whenClosed: Promise<void> = Promise.resolve();

  private constructor(options: FigmaDoubleOptions) {
    this.document = options.document;
  }

  /** Starts the plugin. */
  static open(options: FigmaDoubleOptions): Promise<FigmaDouble> {
    return Promise.resolve(new FigmaDouble(options));
  }

  get isClosed(): boolean {
    return false;
  }

  /** The user selects layers of the current page. */
  select(_ids: readonly string[]): void {}

  /** The user presses Ctrl-Z on the canvas. Returns false when there is nothing to undo. */
  undo(): boolean {
    return false;
  }

  /** The user closes the plugin. */
  close(): void {}
}
