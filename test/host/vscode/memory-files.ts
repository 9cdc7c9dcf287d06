import { posix } from 'node:path';
import type { URI } from 'vscode-uri';

/** As VS Code's class of this name, as far as extensions can tell. */
export class FileSystemError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** `vscode.workspace.fs` over a tree in memory. */
export class MemoryFiles {
  private readonly files = new Map<string, Uint8Array>();
  private readonly folders = new Set(['/']);
  private readonly listeners = new Set<(path: string, isNew: boolean) => void>();
  /** When set, nothing can be written. */
  isReadOnly = false;
  /** When set, what is written is refused, as in a folder of another user's, of which nobody knows beforehand. */
  isForbidden = false;
  /** When set, as of a server that went away, nothing can be read either. */
  isUnreachable = false;
  /** Called before each file is written by the extension. */
  onWrite: () => void = () => {};
  /** How many more files can be written before the disk is full. */
  room = Infinity;

  get paths(): string[] {
    return [...this.files.keys()].sort();
  }

  get folderPaths(): string[] {
    return [...this.folders].sort();
  }

  get(path: string): Uint8Array | undefined {
    return this.files.get(path);
  }

  /** As another program does it, and as watchers hear of it. */
  set(path: string, bytes: Uint8Array): void {
    const isNew = !this.files.has(path);
    this.makeFolder(posix.dirname(path));
    this.files.set(path, bytes);
    for (const listener of this.listeners) listener(path, isNew);
  }

  remove(path: string): void {
    const isInside = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const other of [...this.files.keys()]) if (isInside(other)) this.files.delete(other);
    for (const other of [...this.folders]) if (isInside(other)) this.folders.delete(other);
  }

  /** @returns a function that stops listening */
  watch(listener: (path: string, isNew: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** What the extension sees. */
  readonly api = {
    isWritableFileSystem: () => !this.isReadOnly,
    stat: async ({ path }: URI) => {
      this.require(path);
      return {
        type: this.files.has(path) ? 1 : 2,
        ctime: 0,
        mtime: 0,
        size: this.files.get(path)?.length ?? 0,
      };
    },
    readFile: async ({ path }: URI) => {
      this.require(path);
      // As Node's extension host returns them.
      return Buffer.from(this.files.get(path)!);
    },
    readDirectory: async ({ path }: URI) => {
      this.require(path);
      const names = (paths: Iterable<string>, type: number) =>
        [...paths]
          .filter((other) => other !== path && posix.dirname(other) === path)
          .map((other) => [posix.basename(other), type]);
      return [...names(this.files.keys(), 1), ...names(this.folders, 2)];
    },
    writeFile: async ({ path }: URI, bytes: Uint8Array) => {
      this.requireWritable();
      this.onWrite();
      if (this.room-- <= 0) throw new FileSystemError('No space left', 'Unknown');
      this.set(path, new Uint8Array(bytes));
    },
    createDirectory: async ({ path }: URI) => {
      this.requireWritable();
      this.makeFolder(path);
    },
    delete: async ({ path }: URI, options?: { recursive?: boolean }) => {
      this.requireWritable();
      this.require(path);
      const isFull = this.paths.some((other) => other.startsWith(`${path}/`));
      if (isFull && !options?.recursive) throw new FileSystemError('Not empty', 'Unknown');
      this.remove(path);
    },
    copy: async (from: URI, to: URI) => {
      this.require(from.path);
      this.set(to.path, this.files.get(from.path)!);
    },
  };

  private makeFolder(path: string): void {
    if (this.folders.has(path)) return;
    this.makeFolder(posix.dirname(path));
    this.folders.add(path);
  }

  private require(path: string): void {
    if (this.isUnreachable) throw new FileSystemError('The server is not there', 'Unavailable');
    if (!this.files.has(path) && !this.folders.has(path))
      throw new FileSystemError(`${path} is not there`, 'FileNotFound');
  }

  private requireWritable(): void {
    if (this.isUnreachable) throw new FileSystemError('The server is not there', 'Unavailable');
    if (this.isReadOnly || this.isForbidden) throw new FileSystemError('Read-only', 'NoPermissions');
  }
}
