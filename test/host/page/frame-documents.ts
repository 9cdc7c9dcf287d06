import { figmaThemeCss, type FigmaTheme } from './figma-theme.ts';

/**
 * The three documents between the page and a plugin's UI, and what is put before the UI's own HTML.
 *
 * All frames are `data:` documents: measured in Chromium 156, a sandboxed `srcdoc` frame of a 127.0.0.1 page still
 * counts as a secure context (navigator.gpu, caches and storage are there), while a `data:` document has a null
 * origin *and* is insecure, as Figma's is. A `data:` URL holds 2 MB at most, so the innermost one is a stub that
 * writes the real HTML into itself; 40 MB took 5.7 s that way against 8.9 s as `srcdoc`.
 */

/**
 * Measured under this policy, in this nesting: a classic Worker from blob: or data: starts, compiles WebAssembly,
 * decodes with createImageBitmap, inflates with DecompressionStream, and may importScripts or import() a blob:;
 * a module Worker from blob: fails; fetch of blob: or http: and `<img src=blob:>` are blocked, fetch of data: is not.
 * Without blob: in script-src only a data: Worker starts; Figma is known to run blob: Workers.
 */
const UI_POLICY =
  "default-src data:; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline' data:";

/** What the frames say among themselves; everything else that passes is `{ pluginMessage }`. */
export interface FrameSignal {
  figmaDouble: 'frames-ready' | 'ui-loaded';
}

export function isFrameSignal(data: unknown, signal: FrameSignal['figmaDouble']): boolean {
  return (data as Partial<FrameSignal> | null)?.figmaDouble === signal;
}

/** `src` of the frame to put into the page. It says `frames-ready`, takes `{ uiHtml }`, and says `ui-loaded`. */
export function outerFrameUrl(): string {
  return dataUrl(`<!doctype html><style>${FILL}</style><iframe></iframe><script>
const inner = document.querySelector('iframe');
addEventListener('message', ({ source, data }) => {
  if (source === parent) inner.contentWindow.postMessage(data, '*');
  else if (source === inner.contentWindow) parent.postMessage(data, '*');
});
inner.src = ${inScript(relayFrameUrl())};
</script>`);
}

/** The UI's `parent`. It passes up only what a plugin sends in the way that Figma asks for. */
function relayFrameUrl(): string {
  return dataUrl(`<!doctype html><style>${FILL}</style><iframe></iframe><script>
const ui = document.querySelector('iframe');
let uiHtml = null;
addEventListener('message', ({ source, data }) => {
  if (source === parent && data.uiHtml !== undefined) {
    uiHtml = data.uiHtml;
    ui.src = ${inScript(uiStubUrl())};
  } else if (source === ui.contentWindow && data && typeof data === 'object' && 'pluginMessage' in data) {
    parent.postMessage({ pluginMessage: data.pluginMessage }, '*');
  }
});
ui.onload = () => {
  if (uiHtml === null) return;
  ui.onload = () => parent.postMessage({ figmaDouble: 'ui-loaded' }, '*');
  ui.contentWindow.postMessage(uiHtml, '*');
  uiHtml = null;
};
parent.postMessage({ figmaDouble: 'frames-ready' }, '*');
</script>`);
}

function uiStubUrl(): string {
  return dataUrl(`<!doctype html><script>
addEventListener('message', ({ data }) => {
  document.open();
  document.write(data);
  document.close();
});
</script>`);
}

/** The UI as Figma serves it: with the policy, and with the theme if the plugin asked for theme colours. */
export function uiDocument(uiHtml: string, theme: FigmaTheme | null): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${UI_POLICY}">`;
  const doctype = /^\s*<!doctype[^>]*>/i.exec(uiHtml)?.[0] ?? '';
  return doctype + policy + (theme ? themeHead(theme) : '') + uiHtml.slice(doctype.length);
}

/** Listens in the capture phase and stops what is not the plugin's business, so that the UI never sees it. */
function themeHead(theme: FigmaTheme): string {
  return `<style id="figma-style">${figmaThemeCss(theme)}</style><script>
document.documentElement.classList.add('figma-${theme}');
addEventListener('message', (event) => {
  if (!event.data || !event.data.figmaTheme) return;
  event.stopImmediatePropagation();
  document.getElementById('figma-style').textContent = event.data.css;
  document.documentElement.classList.remove('figma-light', 'figma-dark');
  document.documentElement.classList.add('figma-' + event.data.figmaTheme);
}, true);
</script>`;
}

const FILL = 'html,body,iframe{margin:0;border:0;width:100%;height:100%;display:block;overflow:hidden}';

function dataUrl(html: string): string {
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}

function inScript(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c');
}
