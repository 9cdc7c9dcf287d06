import type { Port } from '../../shared/channel.ts';

/** What VS Code gives a webview's page, once. */
export interface VsCodeApi {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** @returns null where the page is not in a webview of VS Code or its kin */
export function acquireVsCode(frame: Window): VsCodeApi | null {
  const acquire: unknown = (frame as { acquireVsCodeApi?: unknown }).acquireVsCodeApi;
  return typeof acquire === 'function' ? (acquire() as VsCodeApi) : null;
}

/**
 * Buffers are copied: the messages go on to another process, or to a worker of the workbench. What comes is posted by the
 * frame around the page, which hides itself from it but has its origin, as no other page does.
 */
export function createVsCodePort(frame: Window, api: VsCodeApi): Port {
  return {
    post: (message) => api.postMessage(message),
    listen(onMessage) {
      const onWindowMessage = ({ data, origin }: MessageEvent<unknown>) => {
        if (origin === frame.origin) onMessage(data);
      };
      frame.addEventListener('message', onWindowMessage);
      return () => frame.removeEventListener('message', onWindowMessage);
    },
  };
}
