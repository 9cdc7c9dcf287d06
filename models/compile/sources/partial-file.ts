import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';

/** What identifies the version of a file on its server that the first bytes are of. */
const versionSchema = v.object({
  url: v.string(),
  /** A strong ETag or a Last-Modified date, as `If-Range` takes either (RFC 9110, 13.1.5). */
  validator: v.string(),
  totalBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});
export type PartialVersion = v.InferOutput<typeof versionSchema>;
export interface ResumableDownload extends PartialVersion {
  readonly doneBytes: number;
}

/** The first bytes of a download, beside the place of the whole: `path.partial`, and `path.partial.json`. */
export class PartialFile {
  readonly path: string;
  readonly #versionPath: string;

  constructor(wholePath: string) {
    this.path = `${wholePath}.partial`;
    this.#versionPath = `${this.path}.json`;
  }

  /** Null when nothing can be resumed. */
  resumable(url: string): ResumableDownload | null {
    try {
      const version = v.parse(versionSchema, JSON.parse(readFileSync(this.#versionPath, 'utf8')));
      const doneBytes = statSync(this.path).size;
      const fits = version.url === url && doneBytes > 0 && doneBytes <= version.totalBytes;
      return fits ? { ...version, doneBytes } : null;
    } catch {
      // No such files, or not as written here: begin again.
      return null;
    }
  }

  /** Empties the file; without a version it cannot be resumed. */
  begin(version: PartialVersion | null): void {
    this.remove();
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, '');
    if (version) writeFileSync(this.#versionPath, JSON.stringify(version));
  }

  remove(): void {
    rmSync(this.path, { force: true });
    rmSync(this.#versionPath, { force: true });
  }
}
