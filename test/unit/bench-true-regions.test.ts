import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readTrueRegions } from '../../bench/everything/true-regions.ts';

const folder = mkdtempSync(join(tmpdir(), 'true-regions-'));
const [WIDTH, HEIGHT] = [80, 40];
const sizeCells = { width: 40, height: 20 };

async function write(name: string, valueAt: (x: number, y: number) => number): Promise<string> {
  const values = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    valueAt(i % WIDTH, Math.floor(i / WIDTH)),
  );
  await sharp(values, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(join(folder, name));
  return name;
}

describe('the regions to be found', () => {
  it('are the masks and what segmentations number, without specks', async () => {
    const mask = await write('mask.png', (x) => (x < 40 ? 255 : x < 48 ? 128 : 0));
    // 0 is unlabelled; 3 is smaller than one in two hundred.
    const segmentation = await write('segmentation.png', (x, y) =>
      y < 8 ? 0 : x < 20 ? 1 : x > 77 && y > 37 ? 3 : 2,
    );
    const image = {
      id: 'image',
      file: 'image.png',
      width: WIDTH,
      height: HEIGHT,
      category: 'photo',
      masks: [{ file: mask, kind: 'object', ignore: 128 }],
      segmentations: [{ file: segmentation }],
    };
    const regions = await readTrueRegions(folder, image, sizeCells);
    const areas = regions.map(({ inside }) => inside.reduce((sum, value) => sum + value, 0));
    // In cells of 2 x 2 pixels.
    expect(areas).toEqual([400, 160, 479]);
    expect(regions[0]!.ignored!.reduce((sum, value) => sum + value, 0)).toBe(80);
  });

  it('must fit the image', async () => {
    const file = await write('other.png', () => 255);
    const image = {
      id: 'a',
      file,
      width: WIDTH + 1,
      height: HEIGHT,
      category: 'photo',
      masks: [{ file, kind: 'object' }],
      segmentations: [],
    };
    await expect(readTrueRegions(folder, image, sizeCells)).rejects.toThrow(/does not fit its image/);
  });
});
