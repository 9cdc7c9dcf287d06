import { encode } from 'fast-png';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { URI } from 'vscode-uri';
import { Segmenter } from '../../../src/inference/index.ts';
import { sharpImageCodec } from '../../../src/plugin/cli/sharp-image-codec.ts';
import { Workspace } from '../../../src/ui/session/workspace.ts';
import { segmenterEngine } from '../segmenter-engine.ts';
import { sceneNetwork } from '../../unit/scene-network.ts';
import { box, circle, without } from '../../unit/synthetic-logits.ts';
import type { PanelDouble } from './panel-double.ts';
import { VscodeDouble } from './vscode-double.ts';

/** The command from the explorer to the files that it leaves: the extension, the page's code, the engine, a network that sees a disc. */
const SIZE = { width: 200, height: 150 };
const DISC = circle(512, 384, 200);
const SCENE = [without(box(-9, -9, 1033, 777), DISC), DISC];
const IMAGES = ['/photos/a.png', '/photos/b.png', '/photos/deep/a.png'];
const CUTOUTS = ['/photos/a.cutout.png', '/photos/b.cutout.png', '/photos/deep/a.cutout.png'];

let vscode: VscodeDouble;

beforeEach(async () => {
  vscode = await VscodeDouble.start();
  for (const [n, path] of IMAGES.entries()) vscode.files.set(path, photo(n));
});

const cutouts = () => vscode.files.paths.filter((path) => path.includes('.cutout'));
const uris = (paths: readonly string[]) => paths.map((path) => URI.file(path));

/** Runs the command as the explorer does: on the file under the pointer, with all that are selected. */
async function start(
  paths: readonly string[],
  onEmbed: (page: PanelDouble) => void = () => {},
): Promise<{ done: Promise<unknown>; page: PanelDouble }> {
  vscode.onPanel = (page) => playPage(page, () => onEmbed(page));
  const count = vscode.panels.length;
  const done = vscode.runCommand('tinycut.removeBackground', uris(paths)[0], uris(paths));
  await expect.poll(() => vscode.panels.length).toBe(count + 1);
  return { done, page: vscode.panels.at(-1)! };
}

async function removeBackgrounds(paths: readonly string[]): Promise<PanelDouble> {
  const { done, page } = await start(paths);
  await done;
  return page;
}

describe('Remove Background', () => {
  it('writes a cutout of the subject beside each image, and closes its tab', async () => {
    const before = IMAGES.map((path) => vscode.files.get(path));
    const page = await removeBackgrounds(IMAGES);
    expect(cutouts()).toEqual(CUTOUTS);
    expect(IMAGES.map((path) => vscode.files.get(path))).toEqual(before);
    for (const path of CUTOUTS) {
      // The disc is 400 of 1024 model pixels wide, and an image is 200 wide.
      const { width, height } = await sharp(vscode.files.get(path)!).metadata();
      expect(Math.abs(width - (400 * 200) / 1024)).toBeLessThan(3);
      expect(Math.abs(height - width)).toBeLessThan(3);
    }
    expect(page.isClosed).toBe(true);
    expect(vscode.messages).toEqual([
      { message: '3 backgrounds removed. The cutouts lie beside the images.', isError: false },
    ]);
    const [progress] = vscode.progresses;
    expect(progress!.messages).toEqual(['1 of 3: a.png', '2 of 3: b.png', '3 of 3: deep/a.png']);
    expect(progress!.percent).toBeGreaterThan(60);
    expect(progress!.percent).toBeLessThanOrEqual(100.001);
  });

  it('writes over nothing', async () => {
    const theirs = Uint8Array.of(1, 2, 3);
    vscode.files.set(CUTOUTS[0]!, theirs);
    await removeBackgrounds(IMAGES.slice(0, 1));
    expect(cutouts()).toEqual(['/photos/a.cutout-2.png', '/photos/a.cutout.png']);
    expect(vscode.files.get(CUTOUTS[0]!)).toEqual(theirs);
    expect(vscode.messages.at(-1)!.message).toContain('a.cutout-2.png');
  });

  it('goes on when some fail, and says which and why', async () => {
    vscode.files.set('/photos/notes.png', new TextEncoder().encode('not an image'));
    // Its header is one of a PNG, and there is nothing behind that.
    vscode.files.set('/photos/torn.png', photo(5).slice(0, 60));
    await removeBackgrounds([IMAGES[0]!, '/photos/notes.png', '/photos/torn.png', '/photos/gone.png']);
    expect(cutouts()).toEqual(CUTOUTS.slice(0, 1));
    expect(vscode.messages).toHaveLength(1);
    expect(vscode.messages[0]!.message).toMatch(
      /^1 of 4 backgrounds removed\. “notes\.png”: .{20,}\. 2 more failed, see the details\.$/,
    );
    const report = vscode.log.join('\n');
    for (const name of ['notes.png', 'torn.png', 'gone.png'])
      expect(report).toMatch(new RegExp(`^ {2}${name}: .{20,}\\.$`, 'm'));
    expect(report).toContain('a.cutout.png');
  });

  it('opens no page when no file is an image', async () => {
    vscode.files.set('/photos/notes.png', Uint8Array.of(1));
    await vscode.runCommand('tinycut.removeBackground', URI.file('/photos/notes.png'));
    expect(vscode.panels).toEqual([]);
    expect(vscode.messages).toEqual([
      { message: expect.stringMatching(/^0 of 1 backgrounds/) as string, isError: true },
    ]);
  });

  it('writes nothing where nothing can be written, and says so', async () => {
    vscode.files.isForbidden = true;
    await removeBackgrounds(IMAGES.slice(0, 1));
    expect(cutouts()).toEqual([]);
    expect(vscode.messages.at(-1)).toMatchObject({
      message: expect.stringContaining('Nothing can be written beside “a.png”') as string,
      isError: true,
    });
  });

  it('says so before it analyses anything, where that is known', async () => {
    vscode.files.isReadOnly = true;
    await vscode.runCommand('tinycut.removeBackground', uris(IMAGES)[0], uris(IMAGES));
    expect(vscode.panels).toEqual([]);
    expect(vscode.messages).toEqual([
      {
        message: expect.stringMatching(
          /^0 of 3 backgrounds removed\. “a\.png”: Nothing can be written beside “a\.png”\. .* 2 more failed, see the details\.$/,
        ) as string,
        isError: true,
      },
    ]);
  });

  it('asks for an image when there is none', async () => {
    await vscode.runCommand('tinycut.removeBackground');
    expect(vscode.messages.at(-1)).toMatchObject({ isError: true });
  });
});

describe('what was removed', () => {
  it('is taken back by the message’s button, and by the command', async () => {
    vscode.nextButton = 'Undo';
    await removeBackgrounds(IMAGES);
    await expect.poll(cutouts).toEqual([]);
    expect(vscode.context['tinycut.canUndoRemoval']).toBe(false);

    await removeBackgrounds(IMAGES);
    expect(vscode.context['tinycut.canUndoRemoval']).toBe(true);
    const changed = Uint8Array.of(9);
    vscode.files.set(CUTOUTS[1]!, changed);
    await vscode.runCommand('tinycut.undoRemoveBackground');
    expect(cutouts()).toEqual([CUTOUTS[1]]);
    expect(vscode.messages.at(-1)!.message).toContain('b.cutout.png');
    expect(vscode.context['tinycut.canUndoRemoval']).toBe(false);
  });
});

it('is taken back by the command once the file system is in reach again', async () => {
  await removeBackgrounds(IMAGES);
  vscode.files.isUnreachable = true;
  await vscode.runCommand('tinycut.undoRemoveBackground');
  expect(vscode.messages.at(-1)).toMatchObject({
    message: expect.stringMatching(/Its files stay: undo again\.$/) as string,
    isError: true,
  });
  expect(cutouts()).toEqual(CUTOUTS);
  vscode.files.isUnreachable = false;
  await vscode.runCommand('tinycut.undoRemoveBackground');
  expect(cutouts()).toEqual([]);
  expect(vscode.context['tinycut.canUndoRemoval']).toBe(false);
});

describe('stopped', () => {
  const stops: Record<string, (page: PanelDouble) => void> = {
    'by the notification': () => vscode.progresses.at(-1)!.cancel(),
    'by closing the tab': (page) => page.close(),
  };

  it.each(Object.keys(stops))('%s, it keeps what is written and goes no further', async (way) => {
    let embedCount = 0;
    const { done, page } = await start(IMAGES, (page) => {
      if (++embedCount === 2) stops[way]!(page);
    });
    await done;
    expect(page.isClosed).toBe(true);
    expect(cutouts()).toEqual(CUTOUTS.slice(0, 1));
    expect(vscode.messages).toEqual([{ message: 'Stopped: 1 of 3 backgrounds removed.', isError: false }]);
  });

  it('while a file is being written, it counts that file, and can take it back', async () => {
    vscode.files.onWrite = () => vscode.progresses.at(-1)!.cancel();
    await removeBackgrounds(IMAGES);
    expect(cutouts()).toEqual(CUTOUTS.slice(0, 1));
    expect(vscode.messages.at(-1)!.message).toBe('Stopped: 1 of 3 backgrounds removed.');
    await vscode.runCommand('tinycut.undoRemoveBackground');
    expect(cutouts()).toEqual([]);
  });

  it('before its page has begun, it ends all the same', async () => {
    const done = vscode.runCommand('tinycut.removeBackground', uris(IMAGES)[0], uris(IMAGES));
    vscode.progresses.at(-1)!.cancel();
    await done;
    expect(vscode.messages.at(-1)!.message).toBe('Stopped: 0 of 3 backgrounds removed.');
  });

  it('leaves the next one to be done, which waited for it', async () => {
    const first = await start(IMAGES.slice(0, 1), (page) => void page.close());
    const second = vscode.runCommand('tinycut.removeBackground', URI.file(IMAGES[1]!));
    expect([vscode.progresses.length, vscode.panels.length]).toEqual([2, 1]);
    vscode.onPanel = (page) => {
      expect(first.page.isClosed).toBe(true);
      playPage(page, () => {});
    };
    await second;
    expect(cutouts()).toEqual([CUTOUTS[1]]);
  });
});

/** @param n another picture for each */
function photo(n: number): Uint8Array {
  const data = Uint8Array.from({ length: SIZE.width * SIZE.height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * (n + 7)) % 256,
  );
  return encode({ ...SIZE, data, channels: 4 });
}

/** The page's own code at work in the page. */
function playPage(page: PanelDouble, onEmbed: () => void): void {
  const segmenter = Segmenter.withNetwork(sceneNetwork(SCENE), { codec: sharpImageCodec });
  const engine = segmenterEngine(segmenter, {
    embed: ({ file }: { file: Uint8Array }) => {
      onEmbed();
      return segmenter.embed(file);
    },
  });
  const decode = async (file: Blob) => {
    const { width, height } = await sharp(await file.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true })
      .then(({ info }) => info);
    return { width, height, close: () => {} };
  };
  page.removeBackgrounds = (params, context) =>
    new Workspace({ host: page.channel, engine, decode }).removeBackgrounds(params, context);
}
