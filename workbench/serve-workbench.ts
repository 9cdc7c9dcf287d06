import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { PAGE_HTML } from './page-html.ts';

/** A failure that the user can act on. */
export class WorkbenchFailure extends Error {}

export interface WorkbenchServer {
  url: string;
  server: Server;
}

/**
 * Every path that is served and its file, relative to the repository. Nothing else is, so no request can reach
 * outside of this list.
 */
const FILES: Record<string, string> = {
  '/page.js': 'dist/workbench/page.js',
  '/page.css': 'dist/workbench/page.css',
  '/plugin/manifest.json': 'manifest.json',
  '/plugin/main.js': 'dist/main.js',
  '/plugin/ui.html': 'dist/ui.html',
  '/samples/bowl.jpg': 'samples/bowl.jpg',
};

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  // The page reads it as text and hands it to the double; it must not open as a page of this origin.
  '.html': 'text/plain; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.wasm': 'application/wasm',
};

/**
 * Serves the built workbench on 127.0.0.1 only.
 * @param options.root the repository, built
 * @param options.port 0 for any free one
 * @throws WorkbenchFailure when it is not built, or the port is taken
 */
export async function serveWorkbench({
  root,
  port,
}: {
  root: string;
  port: number;
}): Promise<WorkbenchServer> {
  const files = new Map(Object.entries(FILES).map(([path, file]) => [path, join(root, file)]));
  files.set('/quickjs.wasm', quickJsWasmPath());
  const missing = [...files.values()].find((file) => !existsSync(file));
  if (missing) throw new WorkbenchFailure(`${missing} is missing: run "npm run build" first.`);

  const server = createServer((request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    const file = files.get(path);
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
    } else if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE_HTML);
    } else if (file) {
      const stream = createReadStream(file);
      stream.once('error', () => response.destroy());
      response.writeHead(200, { 'content-type': TYPES[extname(file)] });
      stream.pipe(response);
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    }
  });
  await listen(server, port);
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const advice = isTaken ? 'is in use. Choose another with --port' : `cannot be used (${error.message})`;
      reject(new WorkbenchFailure(`Port ${port} ${advice}: npm run workbench -- --port ${port + 1}`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function quickJsWasmPath(): string {
  return createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
}
