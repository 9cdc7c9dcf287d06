import * as vscode from 'vscode';
import { freeUri, isNotFound } from './file-names.ts';
import type { Result } from './result.ts';

/** A result that lies beside its image. */
export interface WrittenResult {
  /** The file or the folder. */
  uri: vscode.Uri;
  files: readonly { uri: vscode.Uri; bytes: Uint8Array }[];
}

/**
 * Writes under the first free name, never over anything. When it fails halfway, what was written is taken back.
 * @throws what the file system throws
 */
export async function writeResult(result: Result, folder: vscode.Uri): Promise<WrittenResult> {
  const { fs } = vscode.workspace;
  const uri = await freeUri(folder, result.stem, result.extension);
  const files = result.files.map(({ name, bytes }) => ({
    uri: name === '' ? uri : vscode.Uri.joinPath(uri, name),
    bytes,
  }));
  const isFolder = result.extension === '';
  const begun: (typeof files)[number][] = [];
  try {
    if (isFolder) await fs.createDirectory(uri);
    for (const file of files) {
      begun.push(file);
      await fs.writeFile(file.uri, file.bytes);
    }
  } catch (thrown) {
    for (const file of begun) await fs.delete(file.uri).then(undefined, () => undefined);
    if (isFolder) await fs.delete(uri, { recursive: true }).then(undefined, () => undefined);
    throw thrown;
  }
  return { uri, files };
}

/**
 * Deletes the files that are as they were written, and the folder when nothing else is in it.
 * @returns files that stay, since somebody changed them
 * @throws what the file system throws
 */
export async function removeResult({ uri, files }: WrittenResult): Promise<vscode.Uri[]> {
  const { fs } = vscode.workspace;
  const kept: vscode.Uri[] = [];
  for (const file of files) {
    const found = await fs.readFile(file.uri).then(undefined, nullIfGone);
    if (!found) continue;
    if (isEqual(found, file.bytes)) await fs.delete(file.uri);
    else kept.push(file.uri);
  }
  const isFolder = files[0]?.uri.path !== uri.path;
  if (isFolder) {
    const left = await fs.readDirectory(uri).then(undefined, nullIfGone);
    if (left?.length === 0) await fs.delete(uri, { recursive: true });
  }
  return kept;
}

/** What cannot be reached may still be there. */
function nullIfGone(thrown: unknown): null {
  if (isNotFound(thrown)) return null;
  throw thrown;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
