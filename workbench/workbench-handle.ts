import { renderDocument, type RenderOptions } from '../test/host/render/document-svg.ts';
import type { Workbench } from './workbench.ts';

declare global {
  interface Window {
    /** The running workbench, for tests and for the curious. */
    workbench: WorkbenchHandle;
  }
}

export interface WorkbenchHandle extends Workbench {
  renderSvg(options?: RenderOptions): string;
}

export function exposeWorkbench(workbench: Workbench): void {
  window.workbench = Object.assign(workbench, {
    renderSvg: (options?: RenderOptions) => renderDocument(workbench.document, options),
  });
}
