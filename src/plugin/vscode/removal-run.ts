import * as vscode from 'vscode';
import type { CancelSignal } from '../../shared/cancellation.ts';
import type { Progress, Result as ResultOf } from '../../shared/contract.ts';
import { cancelled, toTinyCutError } from '../../shared/errors.ts';
import type { ImageLayer } from '../../shared/host-contract.ts';
import type { UiContract } from '../../shared/ui-contract.ts';
import { hostHandlers } from './host-handlers.ts';
import { ImageDocument } from './image-document.ts';
import { requireWritable, writeAtOnce } from './place-result.ts';
import { readImageLayer } from './read-selection.ts';
import type { Result } from './result.ts';
import { WebviewHost } from './webview-host.ts';
import { loadPage } from './webview-page.ts';

/** A cutout beside its image, with what it takes to take it back. */
export interface WrittenCutout {
  document: ImageDocument;
  result: Result;
  uri: vscode.Uri;
}

export interface RemovalOutcome {
  /** Images that were asked for. */
  count: number;
  isStopped: boolean;
  written: readonly WrittenCutout[];
  failures: readonly { layerName: string; message: string }[];
}

export interface RemovalOptions {
  signal: CancelSignal;
  onProgress(progress: Progress<UiContract, 'removeBackgrounds'>): void;
}

/**
 * Writes a cutout of its subject beside each image. One page works through all of them; closing it stops that.
 * @returns what happened; failures are named in it, none is thrown
 */
export async function runRemoval(
  uris: readonly vscode.Uri[],
  extensionUri: vscode.Uri,
  options: RemovalOptions,
): Promise<RemovalOutcome> {
  const { signal } = options;
  const documents = uris.map((uri, i) => new ImageDocument(uri, String(i)));
  const failures: RemovalOutcome['failures'][number][] = [];
  const layers: ImageLayer[] = [];
  for (const document of documents) {
    if (signal.aborted) break;
    // Files of several folders may have the same name.
    const name = vscode.workspace.asRelativePath(document.uri);
    try {
      requireWritable(document);
      layers.push({ ...(await readImageLayer(document)), name });
    } catch (thrown) {
      failures.push({ layerName: name, message: toTinyCutError(thrown).message });
    }
  }
  const written: WrittenCutout[] = [];
  let isStopped = signal.aborted;
  if (layers.length > 0 && !isStopped) {
    const removing = removeOnPage({ documents, layers, extensionUri, written }, options);
    const done = await removing.catch((thrown: unknown) => {
      const { code, message } = toTinyCutError(thrown);
      const isStop = code === 'cancelled' || code === 'channel-closed';
      return { isCancelled: true, failures: isStop ? [] : [{ layerName: 'TinyCut', message }] };
    });
    isStopped = done.isCancelled;
    failures.push(...done.failures);
  }
  return { count: uris.length, isStopped, written, failures };
}

interface PageWork {
  documents: readonly ImageDocument[];
  layers: ImageLayer[];
  extensionUri: vscode.Uri;
  /** Filled as the page goes on. */
  written: WrittenCutout[];
}

/** @throws TinyCutError `cancelled`, also when somebody closes the page; `channel-closed` when it is reloaded */
async function removeOnPage(
  { documents, layers, extensionUri, written }: PageWork,
  { signal, onProgress }: RemovalOptions,
): Promise<ResultOf<UiContract, 'removeBackgrounds'>> {
  const panel = vscode.window.createWebviewPanel(
    'tinycut.removal',
    'TinyCut: Remove Background',
    { viewColumn: vscode.ViewColumn.Active, preserveFocus: true },
    // Unlike an editor's page, this one has work to finish while it is hidden, and is closed then.
    { retainContextWhenHidden: true },
  );
  let isOpen = true;
  let lastPlacing: Promise<unknown> = Promise.resolve();
  const place = async (document: ImageDocument, result: Result) => {
    const { uri } = await writeAtOnce(document, result);
    written.push({ document, result, uri });
    return { nodeIds: [uri.toString()], notice: null };
  };
  const handlers = hostHandlers({
    documents,
    // Nothing is opened in this page: it is told what to do.
    getSelection: () => ({ images: [], emptyReason: 'nothing-selected', omittedCount: 0 }),
    placeResult(document, result) {
      const placing = isOpen ? place(document, result) : Promise.reject(cancelled());
      lastPlacing = placing.catch(() => undefined);
      return placing;
    },
    takeStartTask: () => 'object',
    closeEditor: () => panel.dispose(),
  });
  const close = () => panel.dispose();
  signal.addEventListener('abort', close);
  try {
    return await new Promise((resolve, reject) => {
      const host = new WebviewHost(panel.webview, handlers, (channel) => {
        channel.call('removeBackgrounds', { layers }, { onProgress }).then(resolve, reject);
      });
      panel.onDidDispose(() => {
        isOpen = false;
        host.dispose();
        reject(cancelled());
      });
      loadPage(panel.webview, extensionUri);
    });
  } finally {
    signal.removeEventListener('abort', close);
    panel.dispose();
    // What is being written in this moment belongs to the outcome.
    await lastPlacing;
  }
}
