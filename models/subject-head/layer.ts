import sharp from 'sharp';
import type { Point, Size } from '../../src/shared/affine.ts';
import type { Random } from './random.ts';

/** A cutout as it lies in a scene. */
export interface Layer {
  /** [height x width x 4], straight alpha. */
  rgba: Uint8Array;
  sizePx: Size;
  /** Top left, in pixels of the scene; may be outside. */
  scenePoint: Point;
}

export interface Placement {
  /** Of the scene, by what is opaque. Without it the height counts. */
  areaShare?: number;
  heightShare?: number;
  /** In shares of the scene's sides. */
  centre: Point;
}

/** Larger ones become mush. */
const MAX_ENLARGEMENT = 4;
const OPAQUE = 128;

/** Reads a cutout, turned, mirrored and tinted a little, in the size that its place asks for. */
export async function readLayer(
  file: string,
  scenePx: Size,
  random: Random,
  { areaShare, heightShare, centre }: Placement,
): Promise<Layer> {
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .trim({ threshold: 1 })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const opaqueShare = countOpaque(data) / (info.width * info.height);
  const scale = Math.min(
    heightShare === undefined
      ? Math.sqrt((areaShare! * scenePx.width * scenePx.height) / (opaqueShare * info.width * info.height))
      : (heightShare * scenePx.height) / info.height,
    MAX_ENLARGEMENT,
    // Hardly wider than the scene.
    (1.2 * scenePx.width) / info.width,
    (1.3 * scenePx.height) / info.height,
  );
  let image = sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } }).resize(
    Math.max(4, Math.round(info.width * scale)),
    Math.max(4, Math.round(info.height * scale)),
    { fit: 'fill' },
  );
  if (random.chance(0.5)) image = image.flop();
  if (random.chance(0.4)) {
    // `rotate` has to see what `resize` made.
    image = sharp(await image.png().toBuffer()).rotate(6 * random.normal(), { background: '#00000000' });
  }
  const laid = await image.raw().toBuffer({ resolveWithObject: true });
  const rgba = new Uint8Array(laid.data);
  tint(rgba, random);
  const sizePx = { width: laid.info.width, height: laid.info.height };
  return {
    rgba,
    sizePx,
    scenePoint: {
      x: Math.round(centre.x * scenePx.width - sizePx.width / 2),
      y: Math.round(centre.y * scenePx.height - sizePx.height / 2),
    },
  };
}

function countOpaque(rgba: Uint8Array): number {
  let count = 0;
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i]! >= OPAQUE) count++;
  return Math.max(count, 1);
}

function tint(rgba: Uint8Array, random: Random): void {
  const light = random.between(0.7, 1.25);
  const gains = [0, 1, 2].map(() => light * random.between(0.92, 1.08));
  for (let i = 0; i < rgba.length; i += 4) {
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.min(255, rgba[i + c]! * gains[c]!);
  }
}

/**
 * @param rgb of the scene, changed
 * @param subject of the scene, changed: more where the layer is, or less where the layer is not meant. Null to leave it.
 */
export function placeLayer(
  { rgba, sizePx, scenePoint }: Layer,
  rgb: Uint8Array,
  subject: Uint8Array | null,
  scenePx: Size,
): void {
  for (let y = Math.max(0, -scenePoint.y); y < Math.min(sizePx.height, scenePx.height - scenePoint.y); y++) {
    for (let x = Math.max(0, -scenePoint.x); x < Math.min(sizePx.width, scenePx.width - scenePoint.x); x++) {
      const from = (y * sizePx.width + x) * 4;
      const to = (y + scenePoint.y) * scenePx.width + x + scenePoint.x;
      const alpha = rgba[from + 3]! / 255;
      for (let c = 0; c < 3; c++) rgb[to * 3 + c] = rgb[to * 3 + c]! * (1 - alpha) + rgba[from + c]! * alpha;
      if (subject) subject[to] = subject[to]! * (1 - alpha) + 255 * alpha;
    }
  }
}
