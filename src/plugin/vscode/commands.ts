import * as vscode from 'vscode';
import { toTinyCutError } from '../../shared/errors.ts';
import type { ImageEditorProvider } from './image-editor-provider.ts';

/** @param uri of the file in the explorer; without one, that of the tab in front */
export async function splitIntoLayers(editors: ImageEditorProvider, uri = uriInFront()): Promise<void> {
  if (!uri) return void vscode.window.showErrorMessage('Open an image, or choose one in the explorer.');
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

function uriInFront(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasUri = typeof input === 'object' && input !== null && 'uri' in input;
  return hasUri && input.uri instanceof vscode.Uri ? input.uri : undefined;
}
