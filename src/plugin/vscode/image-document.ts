import type * as vscode from 'vscode';
import { fileNameOf, folderOf, stemOf } from './file-names.ts';
import type { Result } from './result.ts';
import { removeResult, writeResult, type WrittenResult } from './written-result.ts';

/**
 * An image and the results that lie beside it, or will. The image itself is never changed: what can be saved, reverted
 * and undone is which results there are.
 */
export class ImageDocument implements vscode.CustomDocument {
  private readonly wanted = new Set<Result>();
  private readonly written = new Map<Result, WrittenResult>();
  /** Saves run one after the other: two at once would write a result twice. */
  private lastSave: Promise<unknown> = Promise.resolve();

  /** @param layerId names it among the images of a page */
  constructor(
    readonly uri: vscode.Uri,
    readonly layerId = 'image',
  ) {}

  get fileName(): string {
    return fileNameOf(this.uri);
  }

  get stem(): string {
    return stemOf(this.fileName);
  }

  /** Results that are wanted and not written. */
  get pending(): Result[] {
    return [...this.wanted].filter((result) => !this.written.has(result));
  }

  add(result: Result): void {
    this.wanted.add(result);
  }

  remove(result: Result): void {
    this.wanted.delete(result);
  }

  writtenAs(result: Result): WrittenResult | undefined {
    return this.written.get(result);
  }

  /**
   * Makes the files what the results are.
   * @returns files that should have gone and were left, since somebody changed them
   * @throws what the file system throws; what is not done then is done by the next save
   */
  save(): Promise<vscode.Uri[]> {
    const save = this.lastSave.then(() => this.writeAndRemove());
    this.lastSave = save.catch(() => undefined);
    return save;
  }

  /** Back to what is written. */
  revert(): void {
    this.wanted.clear();
    for (const result of this.written.keys()) this.wanted.add(result);
  }

  dispose(): void {
    this.wanted.clear();
    this.written.clear();
  }

  private async writeAndRemove(): Promise<vscode.Uri[]> {
    const kept: vscode.Uri[] = [];
    for (const [result, files] of [...this.written]) {
      if (this.wanted.has(result)) continue;
      kept.push(...(await removeResult(files)));
      this.written.delete(result);
    }
    for (const result of this.pending) {
      this.written.set(result, await writeResult(result, folderOf(this.uri)));
    }
    return kept;
  }
}
