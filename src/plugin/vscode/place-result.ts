import * as vscode from 'vscode';
import { TinyCutError } from '../../shared/errors.ts';
import { fileNameOf } from './file-names.ts';
import type { ImageDocument } from './image-document.ts';
import type { Result } from './result.ts';
import type { WrittenResult } from './written-result.ts';

export type PlaceResult = (
  document: ImageDocument,
  result: Result,
) => Promise<{ nodeIds: string[]; notice: string | null }>;

export interface EditReporter {
  /** Marks the document as changed, with a way back. */
  report(edit: vscode.CustomDocumentEditEvent<ImageDocument>): void;
  /** Called when the user has taken a result back. */
  onUndone(document: ImageDocument): void;
}

/**
 * Adds a result to a document as one undoable edit. As long as `tinycut.saveOnApply` holds, the files follow at once, and the
 * document is saved then; otherwise they wait for the user's save.
 * @throws TinyCutError `document-read-only`, `internal`; then nothing is changed
 */
export async function placeResult(
  document: ImageDocument,
  result: Result,
  { report, onUndone }: EditReporter,
): ReturnType<PlaceResult> {
  const isWrittenAtOnce = vscode.workspace
    .getConfiguration('tinycut', document.uri)
    .get<boolean>('saveOnApply', true);
  if (isWrittenAtOnce) await writeAtOnce(document, result);
  else document.add(result);
  const follow = async (failure?: FailureText) => {
    if (!isWrittenAtOnce) return;
    await saveDocument(document, failure);
    markSaved(document);
  };
  report({
    document,
    label: 'Apply',
    undo: () => {
      document.remove(result);
      onUndone(document);
      return follow(notTakenBack('save to try again'));
    },
    redo: () => {
      document.add(result);
      return follow();
    },
  });
  const written = document.writtenAs(result);
  if (!written) return { nodeIds: [], notice: 'Save to write it beside the image.' };
  markSaved(document);
  return { nodeIds: [written.uri.toString()], notice: `See ${fileNameOf(written.uri)} beside the image.` };
}

/**
 * Adds a result to a document and writes it.
 * @throws TinyCutError `document-read-only`, `internal`; then nothing is changed
 */
export async function writeAtOnce(document: ImageDocument, result: Result): Promise<WrittenResult> {
  document.add(result);
  await saveDocument(document).catch((thrown: unknown) => {
    document.remove(result);
    throw thrown;
  });
  return document.writtenAs(result)!;
}

/** What to tell of a save that failed, for a reason. */
type FailureText = (reason: string) => string;

const notWritten: FailureText = (reason) =>
  `The result could not be written (${reason}). Nothing was changed.`;

export function notTakenBack(howToRetry: string): FailureText {
  return (reason) => `The result could not be taken back (${reason}). Its files stay: ${howToRetry}.`;
}

/** @throws TinyCutError `document-read-only`, `internal` */
export async function saveDocument(document: ImageDocument, failure = notWritten): Promise<void> {
  const kept = await document.save().catch((thrown: unknown) => {
    throw writeFailure(document, thrown, failure);
  });
  if (kept.length > 0) {
    const names = kept.map((uri) => `“${fileNameOf(uri)}”`).join(', ');
    void vscode.window.showWarningMessage(
      `${names} was changed after TinyCut wrote it, and is left as it is.`,
    );
  }
}

/** What an edit changed is on disk already: the save that the editor knows of has nothing left to do. */
function markSaved(document: ImageDocument): void {
  // Not awaited: the editor takes no save before the edit itself has ended.
  void vscode.workspace.save(document.uri).then(undefined, () => undefined);
}

function writeFailure(document: ImageDocument, thrown: unknown, failure: FailureText): TinyCutError {
  const isRefused = thrown instanceof vscode.FileSystemError && thrown.code === 'NoPermissions';
  if (isRefused || isReadOnly(document)) return readOnlyFailure(document);
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new TinyCutError('internal', failure(reason));
}

/**
 * To be called before work whose result could not be written.
 * @throws TinyCutError `document-read-only`
 */
export function requireWritable(document: ImageDocument): void {
  if (isReadOnly(document)) throw readOnlyFailure(document);
}

/** As far as VS Code knows beforehand: of a folder that only this user may not write to, writing has to tell. */
function isReadOnly({ uri }: ImageDocument): boolean {
  return vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false;
}

function readOnlyFailure({ fileName }: ImageDocument): TinyCutError {
  return new TinyCutError(
    'document-read-only',
    `Nothing can be written beside “${fileName}”. Copy it into a folder of your own and open it there.`,
  );
}
