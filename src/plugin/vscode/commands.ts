import * as vscode from 'vscode';
import { toTinyCutError } from '../../shared/errors.ts';
import type { BackgroundRemover } from './background-remover.ts';
import type { ImageEditorProvider } from './image-editor-provider.ts';

/** @param uris of the files in the explorer; without any, that of the tab in front */
export async function removeBackground(
  remover: BackgroundRemover,
  uris?: readonly vscode.Uri[],
): Promise<void> {
  const inFront = uriInFront();
  const chosen = uris && uris.length > 0 ? uris : inFront ? [inFront] : [];
  if (chosen.length === 0) return askForImage();
  await remover.run(chosen);
}

/** @param uri of the file in the explorer; without one, that of the tab in front */
export async function splitIntoLayers(editors: ImageEditorProvider, uri = uriInFront()): Promise<void> {
  if (!uri) return askForImage();
  await editors.openFor(uri, 'everything');
}

export async function copyMask(editors: ImageEditorProvider): Promise<void> {
  const editor = editors.active;
  if (!editor)
    return void vscode.window.showErrorMessage('Open an image in TinyCut and select an object first.');
  try {
    const { paths } = await editor.host.channel.call('traceMask', {});
    await vscode.env.clipboard.writeText(paths.map(({ data }) => data).join(' '));
    vscode.window.setStatusBarMessage('TinyCut: the mask is on the clipboard as an SVG path.', 5000);
  } catch (thrown) {
    void vscode.window.showErrorMessage(toTinyCutError(thrown).message);
  }
}

function askForImage(): void {
  void vscode.window.showErrorMessage('Open an image, or choose one in the explorer.');
}

function uriInFront(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasUri = typeof input === 'object' && input !== null && 'uri' in input;
  return hasUri && input.uri instanceof vscode.Uri ? input.uri : undefined;
}
