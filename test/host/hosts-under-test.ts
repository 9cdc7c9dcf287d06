import { URI } from 'vscode-uri';
import type { Channel } from '../../src/shared/channel.ts';
import type { HostContract, ImageSource, StartTask } from '../../src/shared/host-contract.ts';
import type { UiContract } from '../../src/shared/ui-contract.ts';
import type { NodeRecord } from './document/node-record.ts';
import { openPlugin } from './open-plugin.ts';
import { photoDocument } from './photo-document.ts';
import { VscodeDouble } from './vscode/vscode-double.ts';

/** A host of the UI with one image open, and what a user does outside of the UI. */
export interface HostUnderTest {
  call: Channel<UiContract, HostContract>['call'];
  /** What there is beside the image. */
  results(): unknown[];
  /** The image as the host keeps it. */
  image(): unknown;
  replaceImage(bytes: Uint8Array): void;
  removeImage(): void;
  forbidEdits(): void;
  undo(): Promise<void>;
  messages(): { message: string; isError: boolean }[];
  isUiOpen(): boolean;
  close(): void;
}

export type OpenHost = (photo: Uint8Array, task: StartTask) => Promise<HostUnderTest>;

export const HOSTS: Record<string, OpenHost> = {
  async Figma(photo, task) {
    const { document, photoId } = photoDocument(photo);
    // In its own size: scaled up, it would be rendered.
    document.update(photoId, { width: 80, height: 60 });
    const { double, ui, channel } = await openPlugin(document, { command: task });
    const nodes = () => JSON.parse(document.toJson()) as NodeRecord[];
    const before = new Set(nodes().map(({ id }) => id));
    return {
      call: (...args) => channel.call(...args),
      results: () => nodes().filter(({ id }) => !before.has(id)),
      image: () => document.get(photoId),
      replaceImage(bytes) {
        const { hash } = document.images.add(bytes);
        document.update(photoId, { fills: [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }] });
      },
      removeImage: () => document.remove(photoId),
      forbidEdits: () => void (document.isReadOnly = true),
      undo: async () => void document.undo(),
      messages: () => double.notifications,
      isUiOpen: () => ui.window !== null,
      close: () => double.close(),
    };
  },
  async 'VS Code'(photo, task) {
    const path = '/photos/photo.png';
    const vscode = await VscodeDouble.start();
    vscode.files.set(path, photo);
    if (task === 'everything') await vscode.runCommand('tinycut.splitIntoLayers', URI.file(path));
    const editor = await vscode.open(path);
    return {
      call: (...args) => editor.channel.call(...args),
      results: () => vscode.files.paths.filter((other) => other !== path),
      image: () => vscode.files.get(path),
      replaceImage: (bytes) => vscode.files.set(path, bytes),
      removeImage: () => vscode.files.remove(path),
      forbidEdits: () => void (vscode.files.isReadOnly = true),
      undo: () => editor.undo(),
      messages: () => vscode.messages,
      isUiOpen: () => !editor.isClosed,
      close: () => !editor.isClosed && editor.close(),
    };
  },
};

/** The image that is open. */
export async function openSource(host: HostUnderTest): Promise<ImageSource> {
  return (await host.call('getSelection', {})).images[0]!.source;
}
