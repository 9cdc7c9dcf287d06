import * as vscode from 'vscode';
import { BackgroundRemover } from './background-remover.ts';
import { copyMask, removeBackground, splitIntoLayers } from './commands.ts';
import { ImageEditorProvider, VIEW_TYPE } from './image-editor-provider.ts';

/** The one entry for desktop and web: no API but VS Code's and what Node and workers share. */
export function activate(context: vscode.ExtensionContext): void {
  const editors = new ImageEditorProvider(context.extensionUri);
  const remover = new BackgroundRemover(context.extensionUri);
  context.subscriptions.push(
    editors,
    remover,
    // Hidden tabs are thrown away: the engine and an image in it take hundreds of megabytes. The page finds its work again.
    vscode.window.registerCustomEditorProvider(VIEW_TYPE, editors, {
      supportsMultipleEditorsPerDocument: false,
    }),
    vscode.commands.registerCommand('tinycut.removeBackground', (uri?: vscode.Uri, uris?: vscode.Uri[]) =>
      removeBackground(remover, uris ?? (uri && [uri])),
    ),
    vscode.commands.registerCommand('tinycut.undoRemoveBackground', () => remover.undo()),
    vscode.commands.registerCommand('tinycut.splitIntoLayers', (uri?: vscode.Uri) =>
      splitIntoLayers(editors, uri),
    ),
    vscode.commands.registerCommand('tinycut.copyMask', () => copyMask(editors)),
  );
}
