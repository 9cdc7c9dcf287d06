import type { UiSurface, UiWindowOptions } from '../ui-surface.ts';
import { figmaThemeCss, type FigmaTheme } from './figma-theme.ts';
import { isFrameSignal, outerFrameUrl, uiDocument } from './frame-documents.ts';

/** Figma's smallest plugin window. */
const MIN_WIDTH_PX = 70;

export interface PluginWindowOptions {
  /** Where the window is put; it fills no more than its own size. */
  container: HTMLElement;
  theme: FigmaTheme;
  /** The user pressed the window's close button. */
  onUserClose: () => void;
}

/**
 * A plugin's window as Figma draws it: a title bar over three nested frames, the innermost of which holds the UI.
 * Messages reach the UI from the page itself, so its `event.source` is not its `parent`.
 */
export class PluginWindow implements UiSurface {
  private readonly frame = document.createElement('iframe');
  private root: HTMLElement | null = null;
  private onPluginMessage: ((pluginMessage: unknown) => void) | null = null;
  /** What the plugin sent before its UI had loaded; null from then on. */
  private unsent: unknown[] | null = [];
  private uiHtml = '';
  private followsTheme = false;

  constructor(private readonly options: PluginWindowOptions) {
    this.frame.title = 'Plugin';
  }

  show(html: string, options: UiWindowOptions): void {
    // A second showUI replaces the window, as in Figma.
    this.close();
    this.unsent = [];
    this.followsTheme = options.themeColors;
    this.uiHtml = uiDocument(html, options.themeColors ? this.options.theme : null);
    addEventListener('message', this.receive);
    this.root = this.buildWindow(options.title);
    this.setVisible(options.isVisible);
    this.resize(options.widthPx, options.heightPx);
    this.frame.src = outerFrameUrl();
    this.options.container.append(this.root);
  }

  resize(widthPx: number, heightPx: number): void {
    this.frame.style.width = `${Math.max(MIN_WIDTH_PX, widthPx)}px`;
    this.frame.style.height = `${Math.max(0, heightPx)}px`;
  }

  setVisible(isVisible: boolean): void {
    // Not `hidden`: Figma keeps a hidden UI running, and a frame without layout is throttled.
    this.root?.style.setProperty('visibility', isVisible ? 'visible' : 'hidden');
  }

  close(): void {
    removeEventListener('message', this.receive);
    this.root?.remove();
    this.root = null;
  }

  post(pluginMessage: unknown): void {
    if (this.unsent) this.unsent.push(pluginMessage);
    else this.uiWindow?.postMessage({ pluginMessage }, '*');
  }

  listen(onPluginMessage: (pluginMessage: unknown) => void): void {
    this.onPluginMessage = onPluginMessage;
  }

  /** The user changes Figma's theme: an open window with theme colours follows at once. */
  setTheme(theme: FigmaTheme): void {
    this.options.theme = theme;
    if (this.followsTheme) this.uiWindow?.postMessage({ figmaTheme: theme, css: figmaThemeCss(theme) }, '*');
  }

  private get uiWindow(): Window | undefined {
    return this.frame.contentWindow?.[0]?.[0];
  }

  private readonly receive = ({ source, data }: MessageEvent<unknown>): void => {
    if (source !== this.frame.contentWindow) return;
    if (isFrameSignal(data, 'frames-ready')) {
      this.frame.contentWindow?.postMessage({ uiHtml: this.uiHtml }, '*');
      this.uiHtml = '';
    } else if (isFrameSignal(data, 'ui-loaded')) {
      // It may have changed while the UI was loading.
      this.setTheme(this.options.theme);
      const unsent = this.unsent ?? [];
      this.unsent = null;
      for (const pluginMessage of unsent) this.post(pluginMessage);
    } else if (typeof data === 'object' && data !== null && 'pluginMessage' in data) {
      this.onPluginMessage?.(data.pluginMessage);
    }
  };

  private buildWindow(title: string): HTMLElement {
    const root = document.createElement('section');
    root.className = 'plugin-window';
    root.setAttribute('aria-label', title);
    const bar = document.createElement('header');
    const name = document.createElement('span');
    name.textContent = title;
    const closeButton = document.createElement('button');
    closeButton.type = 'button';
    closeButton.textContent = '×';
    closeButton.setAttribute('aria-label', `Close ${title}`);
    closeButton.addEventListener('click', () => this.options.onUserClose());
    bar.append(name, closeButton);
    root.append(bar, this.frame);
    return root;
  }
}
