import type { IncomingMessage, ServerResponse } from 'node:http';
import { posix } from 'node:path';

/** As VS Code numbers them. */
const FILE = 1;
const FOLDER = 2;

/** A folder tree in memory, and what the virtual workspace's extension asks of it over HTTP. */
export class VirtualFiles {
  private readonly files = new Map<string, { bytes: Buffer; mtime: number }>();
  private readonly folders = new Set(['/']);
  /** When set, nothing can be written. */
  isReadOnly = false;

  /** @param path absolute, as in `/photos/bowl.jpg` */
  write(path: string, bytes: Uint8Array): void {
    this.addFolder(posix.dirname(path));
    this.files.set(path, { bytes: Buffer.from(bytes), mtime: Date.now() });
  }

  read(path: string): Buffer | undefined {
    return this.files.get(path)?.bytes;
  }

  /** Paths of all files in order. */
  get paths(): string[] {
    return [...this.files.keys()].sort();
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams) {
    const file = this.files.get(path);
    const isFolder = this.folders.has(path);
    if (request.method !== 'GET' && this.isReadOnly) return response.writeHead(403).end();
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (query.has('folder')) this.addFolder(path);
      else this.write(path, Buffer.concat(chunks));
      return response.end();
    }
    if (!file && !isFolder) return response.writeHead(404).end();
    if (request.method === 'DELETE') {
      this.remove(path);
      return response.end();
    }
    if (query.has('stat')) {
      const [type, size, mtime] = file ? [FILE, file.bytes.length, file.mtime] : [FOLDER, 0, 0];
      return response.end(JSON.stringify({ type, ctime: 0, mtime, size }));
    }
    if (query.has('list')) return response.end(JSON.stringify(this.list(path)));
    return response.end(file?.bytes);
  }

  private list(folder: string): [name: string, type: number][] {
    const inFolder = (path: string) => path !== '/' && posix.dirname(path) === folder;
    return [
      ...[...this.files.keys()].filter(inFolder).map((path) => [posix.basename(path), FILE] as const),
      ...[...this.folders].filter(inFolder).map((path) => [posix.basename(path), FOLDER] as const),
    ].map(([name, type]) => [name, type]);
  }

  private addFolder(path: string): void {
    if (this.folders.has(path)) return;
    this.addFolder(posix.dirname(path));
    this.folders.add(path);
  }

  private remove(path: string): void {
    const isInside = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const other of [...this.files.keys()]) if (isInside(other)) this.files.delete(other);
    for (const other of [...this.folders]) if (isInside(other)) this.folders.delete(other);
  }
}
