import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rasterise } from '../host/rasterise.ts';

/** `dist/workbench/demo.mjs` as `npm run demo` runs it, in an empty folder. */
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'tinycut-demo-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function demo(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((settle) => {
    execFile(
      process.execPath,
      [resolve('dist/workbench/demo.mjs'), ...args],
      { cwd: folder },
      (error, stdout, stderr) => settle({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const photo = resolve('samples/drum.jpg');
const PHOTO_SIZE_PX = { width: 1068, height: 1600 };
/** The bottle on the table. */
const BOTTLE = { x: 485, y: 185, width: 85, height: 350 };

describe('the demo', () => {
  it.each([
    [['nowhere.jpg', '--point', '1,1'], 'nowhere.jpg cannot be read: there is no such file.'],
    [[resolve('package.json'), '--point', '1,1'], 'is not an image that can be read'],
    [[photo], 'Mark the object with a --point'],
    [[photo, '--point', 'left'], '--point left is not of the form'],
    [[photo, '--point', '9000,10'], 'outside of the image'],
    [[photo, '--spot', '1,1'], '--spot'],
    [['--point', '1,1'], 'Name the photo'],
    [['--everything', '--point', '1,1'], '--everything needs no --point'],
    [[photo, photo, '--point', '1,1'], 'takes one photo'],
  ])('refuses %j in one sentence', async (args, sentence) => {
    const { exitCode, stdout, stderr } = await demo(...args);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(readdirSync(folder)).toEqual([]);
  });

  it(
    'cuts out what is pointed at, and draws the document with the results',
    { timeout: 300_000 },
    async () => {
      const { x, y, width, height } = BOTTLE;
      const { exitCode, stdout } = await demo(
        photo,
        ...['--point', `${x + width / 2},${y + height * 0.8}`],
        ...['--box', `${x},${y},${width},${height}`],
      );
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/Embed the image\.+ +\d+\.\d s/);
      const out = (name: string) => readFileSync(join(folder, 'out', name));
      expect(readdirSync(join(folder, 'out')).sort()).toEqual([
        'canvas.png',
        'cutout.png',
        'mask.png',
        'mask.svg',
      ]);

      const mask = decode(out('mask.png'));
      expect(mask).toMatchObject({ ...PHOTO_SIZE_PX, channels: 1 });
      const inMask = (pixel: number) => mask.data[pixel]! > 127;
      const centre = (y + height / 2) * mask.width + x + width / 2;
      expect(inMask(Math.round(centre))).toBe(true);
      const pixels = Array.from({ length: mask.width * mask.height }, (_, pixel) => pixel);
      const outside = pixels.filter((pixel) => {
        const [column, row] = [pixel % mask.width, Math.floor(pixel / mask.width)];
        return (
          inMask(pixel) &&
          (column < x - 20 || column > x + width + 20 || row < y - 20 || row > y + height + 20)
        );
      });
      expect(outside).toHaveLength(0);

      const cutout = decode(out('cutout.png'));
      expect(cutout.channels).toBe(4);
      expect(cutout.width).toBeLessThanOrEqual(width + 40);
      expect(cutout.height).toBeLessThanOrEqual(height + 40);

      const outline = rasterise(out('mask.svg').toString());
      expect(outline).toMatchObject(PHOTO_SIZE_PX);
      const inOutline = (pixel: number) => outline.pixels[pixel * 4 + 3]! > 127;
      const either = pixels.filter((pixel) => inMask(pixel) || inOutline(pixel));
      const both = either.filter((pixel) => inMask(pixel) && inOutline(pixel));
      expect(both.length / either.length).toBeGreaterThan(0.95);

      expect(decode(out('canvas.png')).width).toBeGreaterThan(800);
    },
  );

  it('splits a photo into layers, and pulls them apart', { timeout: 300_000 }, async () => {
    const { exitCode, stdout } = await demo(resolve('samples/bowl.jpg'), '--everything');
    expect(exitCode).toBe(0);
    const [regionCount, layerCount] = /(\d+) regions were found, and (\d+) layers made/
      .exec(stdout)!
      .slice(1)
      .map(Number);
    expect(layerCount).toBeGreaterThanOrEqual(3);
    expect(regionCount).toBeGreaterThanOrEqual(layerCount! - 1);

    const { data, width, height, channels } = decode(readFileSync(join(folder, 'out', 'layers.png')));
    const redPixelsIn = (from: number, to: number) => {
      let count = 0;
      for (let y = 0; y < height; y++) {
        for (let x = Math.round(from * width); x < to * width; x++) {
          const [r, g, b] = data.subarray((y * width + x) * channels);
          if (r! > 120 && g! < 70 && b! < 70) count++;
        }
      }
      return count;
    };
    // The photo is on the left. The bowl's layer lies tilted on the right, at two thirds of its area, and no one covers much of it.
    const [whole, tilted] = [redPixelsIn(0, 0.4), redPixelsIn(0.4, 1)];
    expect(whole).toBeGreaterThan(20_000);
    expect(tilted / whole).toBeGreaterThan(0.5);
    expect(tilted / whole).toBeLessThan(0.75);
  });
});
