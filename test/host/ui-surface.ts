/**
 * Where a double shows the plugin's UI. Two carriers exist: nested iframes in a page (workbench, browser tests) and
 * a headless stand-in that speaks the protocol from Node (demo, host tests).
 */
export interface UiSurface {
  /** `figma.showUI`: opens the window with `ui.html`. */
  show(html: string, options: UiWindowOptions): void;
  resize(widthPx: number, heightPx: number): void;
  setVisible(isVisible: boolean): void;
  /** `figma.ui.close` and the end of the plugin. */
  close(): void;
  /** main -> UI: the argument of `figma.ui.postMessage`, already deep-copied by the double. */
  post(pluginMessage: unknown): void;
  /**
   * UI -> main: what the UI put into `{ pluginMessage }`; the double deep-copies and checks it. The origin is that of the
   * window's page; "null", that of inline HTML, when left out.
   */
  listen(onPluginMessage: (pluginMessage: unknown, origin?: string) => void): void;
}

export interface UiWindowOptions {
  widthPx: number;
  heightPx: number;
  title: string;
  isVisible: boolean;
  themeColors: boolean;
}
