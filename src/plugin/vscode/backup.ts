import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Result } from './result.ts';

/** Results that wait to be saved, as files in a folder of the editor's own; `results.json` says what belongs to what. */
const LIST = 'results.json';
const listSchema = v.array(
  v.object({
    stem: v.string(),
    extension: v.string(),
    files: v.array(v.object({ name: v.string(), storedAs: v.string() })),
  }),
);

export async function writeBackup(
  results: readonly Result[],
  folder: vscode.Uri,
): Promise<vscode.CustomDocumentBackup> {
  const { fs } = vscode.workspace;
  await fs.createDirectory(folder);
  const list: v.InferOutput<typeof listSchema> = [];
  let count = 0;
  for (const { stem, extension, files } of results) {
    const stored: { name: string; storedAs: string }[] = [];
    for (const { name, bytes } of files) {
      const storedAs = String(count++);
      await fs.writeFile(vscode.Uri.joinPath(folder, storedAs), bytes);
      stored.push({ name, storedAs });
    }
    list.push({ stem, extension, files: stored });
  }
  await fs.writeFile(vscode.Uri.joinPath(folder, LIST), new TextEncoder().encode(JSON.stringify(list)));
  return {
    id: folder.toString(),
    delete: () => void fs.delete(folder, { recursive: true }).then(undefined, () => undefined),
  };
}

/** @throws what the file system throws, or a ValiError where the backup is damaged */
export async function readBackup(id: string): Promise<Result[]> {
  const { fs } = vscode.workspace;
  const folder = vscode.Uri.parse(id);
  const text = new TextDecoder().decode(await fs.readFile(vscode.Uri.joinPath(folder, LIST)));
  const list = v.parse(listSchema, JSON.parse(text));
  return Promise.all(
    list.map(async ({ stem, extension, files }) => ({
      stem,
      extension,
      files: await Promise.all(
        files.map(async ({ name, storedAs }) => ({
          name,
          bytes: await fs.readFile(vscode.Uri.joinPath(folder, storedAs)),
        })),
      ),
    })),
  );
}
