import * as vscode from 'vscode';

export function fileNameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** @returns the name without its last extension; a name that is all extension stays as it is */
export function stemOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot > 0 ? fileName.slice(0, dot) : fileName;
}

export function folderOf(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(uri, '..');
}

/**
 * The first of `name.png`, `name-2.png`, ... that nothing has yet.
 * @param extension with its dot; empty for a folder
 */
export async function freeUri(folder: vscode.Uri, stem: string, extension: string): Promise<vscode.Uri> {
  for (let n = 1; ; n++) {
    const uri = vscode.Uri.joinPath(folder, `${stem}${n === 1 ? '' : `-${n}`}${extension}`);
    if (!(await exists(uri))) return uri;
  }
}

/** @throws what the file system throws, when it can't even tell */
async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

/** Anything else that a file system throws leaves open whether the file is there. */
export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof vscode.FileSystemError && thrown.code === 'FileNotFound';
}
