import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModels } from '../../models/compile/compile.ts';

const PROGRAM = fileURLToPath(new URL('../../src/plugin/cli/cutout.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

let folder: string;
beforeAll(async () => {
  await compileModels();
  folder = mkdtempSync(join(tmpdir(), 'tinycut-'));
  // A green disc on purple, and the same picture stored turned, with an EXIF orientation that turns it back.
  const disc = sharp(
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="#536"/><circle cx="90" cy="110" r="60" fill="#5c2"/></svg>',
    ),
  ).removeAlpha();
  await disc.clone().jpeg({ quality: 95 }).toFile(join(folder, 'disc.jpg'));
  const turned = await disc.clone().rotate(270).png().toBuffer();
  await sharp(turned)
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toFile(join(folder, 'turned.jpg'));
  writeFileSync(join(folder, 'text.jpg'), 'no image');
});
afterAll(() => rmSync(folder, { recursive: true }));

function cutout(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', TSX, PROGRAM, ...args], { cwd: folder });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

/** Opaque pixels and those of the disc, in coordinates of the image. */
function discIou(isInside: (x: number, y: number) => boolean): number {
  let [both, either] = [0, 0];
  for (let y = 0; y < 200; y++) {
    for (let x = 0; x < 300; x++) {
      const [a, b] = [isInside(x, y), Math.hypot(x + 0.5 - 90, y + 0.5 - 110) <= 60];
      if (a && b) both++;
      if (a || b) either++;
    }
  }
  return both / either;
}

describe('npm run cutout', { timeout: 240_000 }, () => {
  it('cuts what it can, says what it cannot, and exits 1 then', async () => {
    const { code, stdout, stderr } = await cutout(
      'disc.jpg',
      'turn*.jpg',
      'text.jpg',
      'none.jpg',
      '--box',
      '25,45,130,130',
      '-o',
      'cut',
    );
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^\[3\/4\] text\.jpg: This is not a PNG/),
      expect.stringMatching(/^\[4\/4\] none\.jpg: There is no such file/),
    ]);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stdout).not.toContain('\x1b');
    expect(code).toBe(1);
    expect(readdirSync(join(folder, 'cut')).sort()).toEqual(
      ['disc', 'turned'].flatMap((name) =>
        ['cutout.png', 'mask.png', 'mask.svg'].map((end) => `${name}-${end}`),
      ),
    );

    for (const name of ['disc', 'turned']) {
      const [, width, height, left, top] = new RegExp(
        `${name}\\.jpg: .*\\((\\d+) x (\\d+) px at (\\d+),(\\d+)`,
      )
        .exec(stdout)!
        .map(Number) as [number, number, number, number, number];
      const cut = await sharp(join(folder, 'cut', `${name}-cutout.png`))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([cut.info.width, cut.info.height]).toEqual([width, height]);
      const isOpaque = (x: number, y: number) => {
        const [column, row] = [x - left, y - top];
        return (
          column >= 0 &&
          row >= 0 &&
          column < width &&
          row < height &&
          cut.data[(row * width + column) * 4 + 3]! >= 128
        );
      };
      expect(discIou(isOpaque)).toBeGreaterThan(0.95);

      const mask = await sharp(join(folder, 'cut', `${name}-mask.png`))
        .extractChannel(0)
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(mask.info).toMatchObject({ width: 300, height: 200 });
      expect(discIou((x, y) => mask.data[y * 300 + x]! >= 128)).toBe(discIou(isOpaque));

      const outline = await sharp(readFileSync(join(folder, 'cut', `${name}-mask.svg`)))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(outline.info).toMatchObject({ width: 300, height: 200 });
      expect(discIou((x, y) => outline.data[(y * 300 + x) * 4 + 3]! >= 128)).toBeGreaterThan(0.95);
    }
  });

  it.each([
    ['a point outside of the image', ['disc.jpg', '--point', '301,20'], 1, /outside of the image.*300 x 200/],
    ['a pattern without a match', ['*.tiff', '--point', '1,1'], 1, /\*\.tiff: No file matches/],
    ['a folder', ['.', '--point', '1,1'], 1, /not a file/],
    [
      'a folder for the results that cannot be made',
      ['disc.jpg', '--point', '1,1', '-o', 'text.jpg/x'],
      1,
      /text\.jpg/,
    ],
    ['a malformed option', ['disc.jpg', '--point', 'here'], 2, /--point here is not of the form/],
    ['no file', ['--point', '1,1'], 2, /at least one image/],
  ])('refuses %s in one line, without loading a model', async (_, args, expectedCode, message) => {
    const { code, stdout, stderr } = await cutout(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(expectedCode);
  });

  it('explains itself', async () => {
    const { code, stdout } = await cutout('--help');
    expect(code).toBe(0);
    for (const option of ['--point', '--box', '--out', '--help']) expect(stdout).toContain(option);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
