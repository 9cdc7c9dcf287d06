import * as vscode from 'vscode';

/** Files beside the extension that the UI's page is made of; ids are those that the UI looks for. */
const ENGINE_FILES = {
  'asset-pack': 'model.bin',
  'asset-wasm': 'runtime.bin',
  'worker-source': 'worker.bin',
} as const;

/** Shows the UI, made anew when it is there already. */
export function loadPage(webview: vscode.Webview, extensionUri: vscode.Uri): void {
  webview.options = { enableScripts: true, localResourceRoots: [extensionUri] };
  webview.html = pageHtml(webview, extensionUri);
}

/**
 * The page around the UI's bundle. Its policy lets it run that one script, compile WebAssembly, start a worker from a blob, and
 * load this extension's own files; nothing else, and nothing from the network.
 */
function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = crypto.randomUUID();
  const own = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `style-src ${own}`,
    'worker-src blob:',
    // Of the canvas's pointers.
    'img-src data:',
    `connect-src ${own}`,
  ].join('; ');
  const url = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, file)).toString();
  const assets = Object.entries(ENGINE_FILES)
    .map(([id, file]) => `<link id="${id}" href="${url(file)}" />`)
    .join('\n    ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>TinyCut</title>
    <link rel="stylesheet" href="${url('ui.css')}" />
    ${assets}
  </head>
  <body>
    <div id="app"></div>
    <script nonce="${nonce}" src="${url('ui.js')}"></script>
  </body>
</html>
`;
}
