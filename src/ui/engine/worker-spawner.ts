import { TinyCutError } from '../../shared/errors.ts';

/** The part of Worker that the UI uses. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: (event: Event) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  terminate(): void;
}

/**
 * Starts a classic worker: a module worker doesn't start in Figma's null origin. Tries a blob: URL, and a data: URL
 * where the page's policy forbids that.
 * @returns the worker once it has sent its first message
 * @throws TinyCutError `worker-lost`
 */
export async function spawnWorker(script: Blob): Promise<WorkerLike> {
  const source = new Blob([script], { type: 'text/javascript' });
  const blobUrl = URL.createObjectURL(source);
  try {
    return await started(blobUrl);
  } catch {
    return await started(await toDataUrl(source));
  } finally {
    // The engine's threads start from the same URL, later.
    if (!globalThis.crossOriginIsolated) URL.revokeObjectURL(blobUrl);
  }
}

function started(url: string): Promise<WorkerLike> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url);
    worker.addEventListener('message', () => resolve(worker), { once: true });
    worker.addEventListener(
      'error',
      (event) => {
        worker.terminate();
        const reason = event instanceof ErrorEvent && event.message ? ` (${event.message})` : '';
        reject(
          new TinyCutError('worker-lost', `The engine could not be started${reason}. Open TinyCut again.`),
        );
      },
      { once: true },
    );
  });
}

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () =>
      reject(new TinyCutError('internal', 'The engine could not be read. Open TinyCut again.'));
    reader.readAsDataURL(blob);
  });
}
