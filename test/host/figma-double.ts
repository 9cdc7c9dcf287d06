import type { ClientStorage } from './api/client-storage.ts';
import { API_DESCRIPTION, answerRequest } from './api/answer-request.ts';
import { PluginRun, type RasteriseSvg } from './api/plugin-run.ts';
import type { FigmaDocument } from './document/figma-document.ts';
import { Latency, DEFAULT_LATENCY, type LatencyOptions } from './sandbox/latency.ts';
import { Sandbox } from './sandbox/sandbox.ts';
import { decode, encode } from './sandbox/wire.ts';
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
  /** `figma.clientStorage` as an earlier run has left it. */
  storage?: ClientStorage;
  latency?: LatencyOptions;
  /** The bytes of QuickJS's .wasm, for pages that cannot let the library find the file by itself. */
  quickJsWasm?: ArrayBuffer;
  /** What exports are drawn with; without it, none can be made. */
  rasterise?: RasteriseSvg;
  onConsole?: (level: string, line: string) => void;
  /** Hears what `notifications` collects. */
  onNotify?: (notification: DoubleNotification) => void;
  /** How long plugin code may run without giving way, ms. */
  maxTurnMs?: number;
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
  readonly whenClosed: Promise<void>;

  private readonly run: PluginRun;
  private readonly latency: Latency;
  private readonly stopWatching: () => void;
  private sandbox: Sandbox | null = null;
  private settleClosed: () => void = () => {};
  private state: 'running' | 'closing' | 'saying-goodbye' | 'closed' = 'running';
  private readonly onTheWay = { toUi: [] as (() => void)[], toMain: [] as (() => void)[] };

  private constructor(private readonly options: FigmaDoubleOptions) {
    this.document = options.document;
    this.latency = new Latency(options.latency ?? DEFAULT_LATENCY);
    this.whenClosed = new Promise((resolve) => (this.settleClosed = resolve));
    this.run = new PluginRun({
      document: options.document,
      surface: options.surface,
      command: options.command ?? '',
      storage: options.storage,
      latency: this.latency,
      notify: (message, isError) => {
        this.notifications.push({ message, isError });
        options.onNotify?.({ message, isError });
      },
      rasterise: options.rasterise ?? refuseToRasterise,
      requestClose: () => (this.state = 'closing'),
      postToUi: (message) => this.sendInOrder('toUi', () => options.surface.post(message)),
    });
    this.stopWatching = this.document.onChange((change) => {
      if (change === 'selection') this.dispatchSoon('selectionchange');
      if (change === 'page') {
        this.run.loadedPageIds.add(this.document.currentPageId);
        this.dispatchSoon('currentpagechange');
        this.dispatchSoon('selectionchange');
      }
    });
  }

  /** Starts the plugin. */
  static async open(options: FigmaDoubleOptions): Promise<FigmaDouble> {
    const double = new FigmaDouble(options);
    options.surface.listen((message) => double.receiveFromUi(message));
    double.sandbox = await Sandbox.create({
      description: API_DESCRIPTION,
      uiHtml: options.uiHtml,
      quickJsWasm: options.quickJsWasm,
      ...(options.maxTurnMs === undefined ? {} : { maxTurnMs: options.maxTurnMs }),
      answer: (request) => {
        if (double.state === 'closing' || double.state === 'closed') {
          throw new Error('The plugin has been closed: the API cannot be used any more');
        }
        return answerRequest(double.run, request);
      },
      onConsole: options.onConsole ?? (() => {}),
      onUncaught: (message, isFatal) => {
        double.errors.push(message);
        if (isFatal) double.state = 'closing';
      },
      onTurnEnd: () => double.finishClosing(),
    });
    double.sandbox.run(options.mainJs, 'main.js');
    return double;
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** The user selects layers of the current page. */
  select(ids: readonly string[]): void {
    this.document.setSelection(ids);
  }

  /** The user presses Ctrl-Z on the canvas. Returns false when there is nothing to undo. */
  undo(): boolean {
    return this.document.undo();
  }

  /** The user closes the plugin. */
  close(): void {
    if (this.state !== 'running') return;
    this.state = 'closing';
    this.finishClosing();
  }

  /** `close` listeners still run; after them nothing of the plugin does. */
  private finishClosing(): void {
    if (this.state !== 'closing') return;
    this.state = 'saying-goodbye';
    this.sandbox?.dispatch('close', []);
    this.state = 'closed';
    this.stopWatching();
    this.document.commitUndo();
    this.options.surface.close();
    this.sandbox?.dispose();
    this.settleClosed();
  }

  private receiveFromUi(message: unknown): void {
    if (this.state !== 'running') return;
    try {
      const copy = decode(encode(message));
      this.sendInOrder('toMain', () => this.sandbox?.dispatch('message', [copy, { origin: 'null' }]));
    } catch (thrown) {
      this.errors.push(`A message of the UI was not delivered: ${(thrown as Error).message}`);
    }
  }

  private dispatchSoon(event: string): void {
    setTimeout(() => {
      if (this.state === 'running') this.sandbox?.dispatch(event, []);
    }, this.latency.nextMs());
  }

  /** Messages take their time, but none overtakes another on the same way: whoever's time has come takes the first. */
  private sendInOrder(way: 'toUi' | 'toMain', deliver: () => void): void {
    this.onTheWay[way].push(deliver);
    setTimeout(() => {
      const first = this.onTheWay[way].shift();
      if (this.state === 'running') first?.();
    }, this.latency.nextMs());
  }
}

function refuseToRasterise(): Promise<never> {
  return Promise.reject(new Error('in exportAsync: This double was given nothing to draw exports with'));
}
