import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ServedFiles = ReadonlyMap<string, Uint8Array | string>;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  jpg: 'image/jpeg',
  wasm: 'application/wasm',
};

export interface LocalServer {
  /** Ends without a slash. */
  origin: string;
  close(): void;
}

/**
 * Serves files from memory to this machine alone.
 * @param files by path: `/index.html`
 */
export async function serveFiles(files: ServedFiles): Promise<LocalServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const file = files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(file) }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
