import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageSource, Output } from '../../../src/shared/host-contract.ts';
import { gradientPng, maskTile, polygonPath } from '../mask-picture.ts';
import type { EditorDouble } from './editor-double.ts';
import { VscodeDouble } from './vscode-double.ts';

/** Results as files: when they are written, under which names, and how they go again. */
const SIZE = { width: 80, height: 60 };
const PHOTO = gradientPng(SIZE);
const OBJECT = [
  { x: 20, y: 10 },
  { x: 60, y: 10 },
  { x: 40, y: 50 },
];
const TILE = maskTile(SIZE, OBJECT);
const CUTOUT: Output = { kind: 'cutout', tiles: [TILE] };
const LAYERS: Output = {
  kind: 'layers',
  layers: ['Background', 'Object 1'].map((name) => ({
    name,
    colour: { r: 1, g: 0.5, b: 0 },
    output: { kind: 'cutout', tiles: [TILE] },
  })),
};
const IMAGE = '/photos/my bowl [1].png';

let vscode: VscodeDouble;
let editor: EditorDouble;
let source: ImageSource;

beforeEach(async () => {
  vscode = await VscodeDouble.start();
  vscode.files.set(IMAGE, PHOTO);
  editor = await vscode.open(IMAGE);
  source = (await editor.channel.call('getSelection', {})).images[0]!.source;
});

const place = (output: Output) =>
  editor.channel.call('placeOutput', { source, pixels: { from: 'stored' }, imageSizePx: SIZE, output });
const names = () =>
  vscode.files.paths
    .map((path) => path.replace('/photos/', ''))
    .filter((name) => !/^\/|^my bowl \[1\]\.png$/.test(name));

/** Until the editor has heard that all is saved. */
async function saved(): Promise<void> {
  await expect.poll(() => editor.isDirty).toBe(false);
}

describe('a result', () => {
  it('is written at once, as it was made, and leaves nothing to save', async () => {
    const { notice } = await place(CUTOUT);
    expect(notice).toContain('my bowl [1].cutout.png');
    expect(vscode.files.get('/photos/my bowl [1].cutout.png')).toEqual(TILE.png);
    expect(vscode.files.get(IMAGE)).toEqual(PHOTO);
    await saved();
  });

  it('takes the next name that is free, for a file and for a folder', async () => {
    const theirs = Uint8Array.of(1, 2, 3);
    vscode.files.set('/photos/my bowl [1].cutout.png', theirs);
    vscode.files.set('/photos/my bowl [1].layers/mine.txt', theirs);
    await place(CUTOUT);
    await place(CUTOUT);
    await place(LAYERS);
    expect(names()).toEqual([
      'my bowl [1].cutout-2.png',
      'my bowl [1].cutout-3.png',
      'my bowl [1].cutout.png',
      'my bowl [1].layers-2/1-background.png',
      'my bowl [1].layers-2/2-object-1.png',
      'my bowl [1].layers-2/layers.json',
      'my bowl [1].layers/mine.txt',
    ]);
    expect(vscode.files.get('/photos/my bowl [1].cutout.png')).toEqual(theirs);
  });

  it('goes by undo and comes by redo', async () => {
    await place(LAYERS);
    const written = names();
    await editor.undo();
    expect(names()).toEqual([]);
    expect(vscode.files.folderPaths).toEqual(['/', '/photos']);
    await expect.poll(() => editor.undoneCount).toBe(1);
    await saved();
    await editor.redo();
    expect(names()).toEqual(written);
    await saved();
  });

  it('is left by undo where somebody has changed it, and the user is told', async () => {
    await place(LAYERS);
    const changed = Uint8Array.of(9);
    vscode.files.set('/photos/my bowl [1].layers/2-object-1.png', changed);
    await editor.undo();
    expect(names()).toEqual(['my bowl [1].layers/2-object-1.png']);
    expect(vscode.messages.at(-1)?.message).toContain('2-object-1.png');
  });

  it('is not forgotten when the file system was out of reach at undo, and goes with the next save', async () => {
    for (const output of [CUTOUT, LAYERS]) {
      await place(output);
      await saved();
      const written = names();
      vscode.files.isUnreachable = true;
      await expect(editor.undo()).rejects.toThrow(
        /could not be taken back \(.*The server is not there\)\. Its files stay: save to try again\.$/,
      );
      expect(names()).toEqual(written);
      vscode.files.isUnreachable = false;
      await editor.save();
      expect(names()).toEqual([]);
      expect(vscode.files.folderPaths).toEqual(['/', '/photos']);
    }
  });

  it('may be gone already at undo', async () => {
    await place(LAYERS);
    vscode.files.remove('/photos/my bowl [1].layers');
    await editor.undo();
    expect(names()).toEqual([]);
  });

  it('is not half there when the disk is full', async () => {
    vscode.files.room = 1;
    await expect(place(LAYERS)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('No space left') as string,
    });
    expect(names()).toEqual([]);
    expect(vscode.files.folderPaths).toEqual(['/', '/photos']);
    expect(editor.isDirty).toBe(false);
  });

  it('is refused in one sentence where nothing can be written', async () => {
    vscode.files.isReadOnly = true;
    await expect(place(CUTOUT)).rejects.toMatchObject({ code: 'document-read-only' });
    expect(editor.isDirty).toBe(false);
    vscode.files.isReadOnly = false;
    await editor.save();
    expect(names()).toEqual([]);
  });
});

describe('results that wait for a save', () => {
  beforeEach(() => {
    vscode.settings['tinycut.saveOnApply'] = false;
  });

  it('make the editor dirty, and are written by it', async () => {
    const { notice } = await place(CUTOUT);
    expect(notice).toContain('Save');
    expect(names()).toEqual([]);
    expect(editor.isDirty).toBe(true);
    await editor.save();
    expect(names()).toEqual(['my bowl [1].cutout.png']);
    await editor.undo();
    expect(names()).toEqual(['my bowl [1].cutout.png']);
    await editor.save();
    expect(names()).toEqual([]);
  });

  it('are dropped by revert, which keeps what was saved', async () => {
    await place(CUTOUT);
    await editor.save();
    await place(CUTOUT);
    await editor.revert();
    await editor.save();
    expect(names()).toEqual(['my bowl [1].cutout.png']);
  });

  it('outlive a crash in the backup', async () => {
    await place(CUTOUT);
    await place(LAYERS);
    const backup = await editor.backup('/storage/backups/1');
    editor.close();
    const restored = await vscode.open(IMAGE, backup.id);
    await restored.save();
    expect(names()).toEqual([
      'my bowl [1].cutout.png',
      'my bowl [1].layers/1-background.png',
      'my bowl [1].layers/2-object-1.png',
      'my bowl [1].layers/layers.json',
    ]);
    expect(vscode.files.get('/photos/my bowl [1].cutout.png')).toEqual(TILE.png);
    backup.delete();
    await expect
      .poll(() => vscode.files.paths.some((path) => path.startsWith('/storage/backups/1')))
      .toBe(false);
  });
});

describe('the page', () => {
  it('may only run its own script and load the extension’s own files', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(editor.htmls[0]!)![1]!;
    const directives = new Map(
      policy.split('; ').map((line) => [line.split(' ')[0]!, line.split(' ').slice(1)]),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    const [nonce, ...others] = directives.get('script-src')!;
    expect(others).toEqual(["'wasm-unsafe-eval'"]);
    expect(editor.htmls[0]).toContain(`<script nonce="${nonce!.slice(7, -1)}" src="https://webview.test/`);
    const urls = [...editor.htmls[0]!.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    expect(urls.filter((url) => !url.startsWith('https://webview.test/extension/'))).toEqual([]);
    expect(editor.panel.webview.options.localResourceRoots?.map(String)).toEqual(['file:///extension']);
  });

  it('is served anew when it is made anew, even in the middle of a call', async () => {
    const abandoned = editor.channel.call('readImage', { source });
    abandoned.catch(() => undefined);
    editor.reload();
    expect((await editor.channel.call('readImage', { source })).bytes).toEqual(PHOTO);
  });

  it('hears when the image changes on disk', async () => {
    vscode.files.set(IMAGE, gradientPng({ width: 90, height: 60 }));
    await expect
      .poll(() => editor.selections.at(-1)?.images[0]?.layerSize)
      .toEqual({ width: 90, height: 60 });
    expect(editor.selections.at(-1)!.images[0]!.source.imageHash).not.toBe(source.imageHash);
  });
});

describe('commands', () => {
  it('open an image to be split, also one that is open already, and ask for that once', async () => {
    await vscode.runCommand('tinycut.splitIntoLayers', editor.uri);
    expect(editor.htmls).toHaveLength(2);
    expect(await editor.channel.call('getStartTask', {})).toEqual({ task: 'everything' });
    expect(await editor.channel.call('getStartTask', {})).toEqual({ task: 'object' });
  });

  it('copy the mask as the data of an SVG path', async () => {
    const path = polygonPath(OBJECT);
    editor.mask = () => ({ imageSizePx: SIZE, paths: [{ windingRule: 'NONZERO', data: path.data }] });
    await vscode.runCommand('tinycut.copyMask');
    expect(vscode.clipboard).toBe(path.data);
  });

  it('say so when there is no mask to copy', async () => {
    await vscode.runCommand('tinycut.copyMask');
    expect(vscode.clipboard).toBe('');
    expect(vscode.messages.at(-1)).toMatchObject({ isError: true });
  });
});
