import sharp from 'sharp';
import type { Size } from '../../src/shared/affine.ts';
import { placeLayer, readLayer, type Layer } from './layer.ts';
import type { Random } from './random.ts';

/** What scenes are made of: paths of picture files. */
export interface Pictures {
  /** Cutouts with alpha. */
  people: readonly string[];
  things: readonly string[];
  /** Photographs to stand in. */
  scenes: readonly string[];
}

export interface Scene {
  sizePx: Size;
  /** [height x width x 3], 0..255 */
  rgb: Uint8Array;
  /** [height x width], 0..255: how much of a pixel is the subject. */
  subject: Uint8Array;
}

/** Sides of the pictures that come out of cameras and shops. */
const SHAPES: readonly Size[] = [
  { width: 3, height: 2 },
  { width: 2, height: 3 },
  { width: 4, height: 3 },
  { width: 3, height: 4 },
  { width: 1, height: 1 },
];
const MIN_SIDE_PX = 400;
const MAX_SIDE_PX = 760;
/** Photographs are kept in no more than this. */
const PHOTO_SIDE_PX = 1400;

/**
 * A picture that is about something: one or a few cutouts, large and rather in the middle, over a photograph, among smaller cutouts
 * that are not meant. Those teach that what is pasted is not yet the subject.
 * @param patternShare how many of the scenes, 0..1, stand on a pattern of small things
 */
export async function composeScene(pictures: Pictures, random: Random, patternShare: number): Promise<Scene> {
  const shape = random.pick(SHAPES);
  const sidePx = random.between(MIN_SIDE_PX, MAX_SIDE_PX);
  const scale = sidePx / Math.max(shape.width, shape.height);
  const sizePx = { width: Math.round(shape.width * scale), height: Math.round(shape.height * scale) };
  const rgb = await background(pictures, sizePx, random, patternShare);
  const subject = new Uint8Array(sizePx.width * sizePx.height);
  for (const layer of await clutter(pictures, sizePx, random)) placeLayer(layer, rgb, null, sizePx);
  for (const layer of await subjects(pictures, sizePx, random)) placeLayer(layer, rgb, subject, sizePx);
  return { sizePx, rgb: await throughCamera(rgb, sizePx, random), subject };
}

async function background(
  pictures: Pictures,
  sizePx: Size,
  random: Random,
  patternShare: number,
): Promise<Uint8Array> {
  const way = random.unit();
  if (way < 0.1) return gradient(sizePx, random);
  const photo = await crop(pictures, sizePx, random);
  if (way > 1 - patternShare) await addPattern(pictures, photo, sizePx, random);
  return photo;
}

/** Printed cloth, gravel, a shelf: the same few things everywhere are no subject. */
async function addPattern(
  { things }: Pictures,
  rgb: Uint8Array,
  sizePx: Size,
  random: Random,
): Promise<void> {
  const pitch = random.between(0.07, 0.17) * Math.max(sizePx.width, sizePx.height);
  const areaShare = (random.between(0.8, 2) * pitch ** 2) / (sizePx.width * sizePx.height);
  const tiles: Layer[] = [];
  for (let i = 0; i < 1 + random.index(3); i++)
    tiles.push(await readLayer(random.pick(things), sizePx, random, { areaShare, centre: { x: 0, y: 0 } }));
  for (let y = 0; y < sizePx.height + pitch; y += pitch) {
    for (let x = 0; x < sizePx.width + pitch; x += pitch) {
      const { rgba, sizePx: tilePx } = random.pick(tiles);
      const at = (along: number, sidePx: number) =>
        Math.round(along + 0.2 * pitch * random.normal() - sidePx / 2);
      const scenePoint = { x: at(x, tilePx.width), y: at(y, tilePx.height) };
      placeLayer({ rgba, sizePx: tilePx, scenePoint }, rgb, null, sizePx);
    }
  }
}

async function crop({ scenes }: Pictures, sizePx: Size, random: Random): Promise<Uint8Array> {
  const photo = await readPhoto(random.pick(scenes));
  const { width, height } = photo.info;
  const share = random.between(0.45, 1);
  const fit = Math.min(width / sizePx.width, height / sizePx.height) * share;
  const part = { width: Math.floor(sizePx.width * fit), height: Math.floor(sizePx.height * fit) };
  let image = sharp(photo.data, { raw: photo.info })
    .extract({
      left: Math.floor(random.between(0, width - part.width)),
      top: Math.floor(random.between(0, height - part.height)),
      ...part,
    })
    .resize(sizePx.width, sizePx.height, { fit: 'fill' });
  if (random.chance(0.5)) image = image.flop();
  // As with a short depth of field.
  if (random.chance(0.3)) image = image.blur(random.between(0.8, 6));
  image = image.modulate({ brightness: random.between(0.7, 1.25), saturation: random.between(0.5, 1.3) });
  return new Uint8Array(await image.removeAlpha().toColourspace('srgb').raw().toBuffer());
}

const photos = new Map<string, ReturnType<typeof decodePhoto>>();

/** Wallpapers are large: each is decoded once, and kept small. */
function readPhoto(file: string): ReturnType<typeof decodePhoto> {
  const photo = photos.get(file) ?? decodePhoto(file);
  photos.set(file, photo);
  return photo;
}

function decodePhoto(file: string) {
  return sharp(file)
    .resize(PHOTO_SIDE_PX, PHOTO_SIDE_PX, { fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
}

function gradient({ width, height }: Size, random: Random): Uint8Array {
  const [from, to] = [0, 1].map(() => [0, 1, 2].map(() => random.between(20, 250)));
  const rgb = new Uint8Array(width * height * 3);
  const across = random.chance(0.5);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = across ? x / width : y / height;
      for (let c = 0; c < 3; c++)
        rgb[(y * width + x) * 3 + c] = from![c]! + (to![c]! - from![c]!) * share + 2 * random.normal();
    }
  }
  return rgb;
}

/** Up to five small cutouts, mostly away from the middle. */
async function clutter({ things }: Pictures, sizePx: Size, random: Random): Promise<Layer[]> {
  const count = random.chance(0.35) ? 0 : 1 + random.index(5);
  const layers: Layer[] = [];
  for (let i = 0; i < count; i++) {
    const angle = random.between(0, 2 * Math.PI);
    const radius = random.between(0.3, 0.6);
    layers.push(
      await readLayer(random.pick(things), sizePx, random, {
        areaShare: random.between(0.005, 0.05),
        centre: { x: 0.5 + radius * Math.cos(angle), y: 0.5 + radius * Math.sin(angle) },
      }),
    );
  }
  return layers;
}

async function subjects(pictures: Pictures, sizePx: Size, random: Random): Promise<Layer[]> {
  const way = random.unit();
  if (way < 0.35) return [await person(pictures, sizePx, random)];
  if (way < 0.45) return flock(pictures, sizePx, random);
  const main = await readLayer(random.pick(pictures.things), sizePx, random, {
    areaShare: Math.exp(random.between(Math.log(0.05), Math.log(0.5))),
    centre: { x: 0.5 + 0.1 * random.normal(), y: 0.53 + 0.1 * random.normal() },
  });
  if (way < 0.9) return [main];
  // Two things side by side that both are meant.
  const side = random.chance(0.5) ? 1 : -1;
  const beside = await readLayer(random.pick(pictures.things), sizePx, random, {
    areaShare: random.between(0.08, 0.2),
    centre: { x: 0.5 + side * random.between(0.1, 0.25), y: random.between(0.5, 0.65) },
  });
  return [main, beside];
}

/** Standing in full, or cut by the lower border. */
async function person({ people }: Pictures, sizePx: Size, random: Random): Promise<Layer> {
  const heightShare = random.between(0.6, 1.25);
  const top = random.between(0.02, 0.2);
  return readLayer(random.pick(people), sizePx, random, {
    heightShare,
    centre: {
      x: 0.5 + 0.1 * random.normal(),
      y: heightShare < 0.9 ? 0.5 + 0.04 * random.normal() : top + heightShare / 2,
    },
  });
}

/** Several of a kind. */
async function flock({ things, people }: Pictures, sizePx: Size, random: Random): Promise<Layer[]> {
  const file = random.pick(random.chance(0.2) ? people : things);
  const count = 2 + random.index(4);
  const areaShare = random.between(0.12, 0.35) / count;
  const layers: Layer[] = [];
  for (let i = 0; i < count; i++) {
    layers.push(
      await readLayer(file, sizePx, random, {
        areaShare: areaShare * random.between(0.7, 1.4),
        centre: {
          x: 0.5 + 0.75 * ((i + 0.5) / count - 0.5) + 0.05 * random.normal(),
          y: 0.5 + 0.12 * random.normal(),
        },
      }),
    );
  }
  return layers;
}

/** Lens and file: a little blur and noise over everything, and JPEG. */
async function throughCamera(rgb: Uint8Array, sizePx: Size, random: Random): Promise<Uint8Array> {
  const noise = random.between(0, 6);
  const noisy = rgb.map((value) => Math.max(0, Math.min(255, value + noise * random.normal())));
  let image = sharp(noisy, { raw: { ...sizePx, channels: 3 } });
  if (random.chance(0.6)) image = image.blur(random.between(0.3, 1.2));
  if (random.chance(0.1)) image = image.greyscale();
  const jpeg = await image.jpeg({ quality: 55 + random.index(41) }).toBuffer();
  return new Uint8Array(await sharp(jpeg).toColourspace('srgb').removeAlpha().raw().toBuffer());
}
