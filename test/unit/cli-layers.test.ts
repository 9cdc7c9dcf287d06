import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Segmenter, type RgbaImage } from '../../src/inference/index.ts';
import { parseCutoutArguments } from '../../src/plugin/cli/cutout-arguments.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { splitImage, type LayerEntry } from '../../src/plugin/cli/split-image.ts';
import { sceneNetwork } from './scene-network.ts';
import { box, circle } from './synthetic-logits.ts';

const SIZE = { width: 300, height: 200 };
const picture: RgbaImage = {
  ...SIZE,
  data: Uint8Array.from({ length: SIZE.width * SIZE.height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * 31) % 251,
  ),
};
const SCENE = [box(100, 100, 500, 600), circle(300, 300, 120), circle(800, 300, 150)];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tinycut-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const split = (shapes: typeof SCENE) =>
  splitImage(
    Segmenter.withNetwork(sceneNetwork(shapes), { codec: sharpImageCodec }),
    picture,
    1,
    join(folder, 'new'),
    { detail: 1 },
    () => {},
  );

describe('--everything', () => {
  it('writes PNGs that are the image when they are put where the list says', async () => {
    await split(SCENE);
    const out = join(folder, 'new');
    expect(readdirSync(out).sort()).toEqual(
      ['01.png', '02.png', '03.png', 'background.png', 'layers.json', 'layers.svg'].sort(),
    );
    const list = JSON.parse(readFileSync(join(out, 'layers.json'), 'utf8')) as { layers: LayerEntry[] };
    expect(list).toMatchObject({ imageSizePx: SIZE, detail: 1 });
    expect(list.layers.map(({ name, partOf }) => [name, partOf])).toEqual([
      ['Background', null],
      ['Object 1', null],
      ['Object 2', null],
      ['Object 3', 'Object 1'],
    ]);
    expect(list.layers.reduce((sum, { areaFraction }) => sum + areaFraction, 0)).toBeCloseTo(1, 3);
    const drawn = await sharp({ create: { ...SIZE, channels: 4, background: '#0000' } })
      .composite(
        list.layers.map(({ file, imageRect }) => ({
          input: join(out, file),
          left: imageRect.x,
          top: imageRect.y,
        })),
      )
      .raw()
      .toBuffer();
    const difference = drawn.reduce((max, value, i) => Math.max(max, Math.abs(value - picture.data[i]!)), 0);
    expect(difference).toBeLessThanOrEqual(1);
  });

  it('writes one SVG that covers the image, a group per layer', async () => {
    await split(SCENE);
    const svg = readFileSync(join(folder, 'new', 'layers.svg'), 'utf8');
    expect([...svg.matchAll(/<g id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'Background',
      'Object 1',
      'Object 2',
      'Object 3',
    ]);
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject(SIZE);
    expect(data.filter((value, i) => i % 4 === 3 && value < 250).length).toBe(0);
  });

  it('says so when nothing stands out, and writes nothing', async () => {
    await expect(split([])).rejects.toMatchObject({ code: 'mask-empty' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('its arguments', () => {
  it('are a flag and a level of detail', () => {
    expect(parseCutoutArguments(['a.jpg', '--everything', '-o', 'x'])).toEqual({
      kind: 'everything',
      patterns: ['a.jpg'],
      outFolder: 'x',
      outlineDetail: 0.5,
      detail: 0.5,
    });
    expect(parseCutoutArguments(['a.jpg', '--everything', '--detail', '0.25'])).toMatchObject({
      detail: 0.25,
    });
  });

  it.each([
    [['a.jpg', '--everything', '--point', '1,1'], /needs no --point/],
    [['a.jpg', '--everything', '--detail', '1.5'], /--detail 1.5 is not a number from 0 to 1/],
    [['a.jpg', '--everything', '--detail', '1e-1'], /is not a number/],
    [['a.jpg', '--point', '1,1', '--detail', '1'], /goes with --everything/],
  ])('%j are refused', (args, message) => {
    expect(() => parseCutoutArguments(args)).toThrow(message);
  });
});
