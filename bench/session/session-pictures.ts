import sharp from 'sharp';
import type { Size } from '../../src/shared/affine.ts';
import { projectPath } from '../project-folder.ts';

export interface SessionPicture {
  file: Uint8Array;
  sizePx: Size;
}

const PHOTO = 'samples/bowl.jpg';
const PHOTO_SIZE_PX: Size = { width: 1600, height: 1082 };
/** Shapes in turn: the first part of the network is built for each anew, as it is for a designer's images. */
const SIZES_PX: readonly Size[] = [
  { width: 1200, height: 800 },
  { width: 800, height: 1000 },
  { width: 900, height: 900 },
  { width: 640, height: 400 },
  { width: 1500, height: 1000 },
];

/**
 * The picture of that number: another crop of the sample photo for each, around its middle.
 * @param index below some 5000
 */
export async function sessionPicture(index: number): Promise<SessionPicture> {
  const sizePx = SIZES_PX[index % SIZES_PX.length]!;
  const turn = Math.floor(index / SIZES_PX.length);
  const left = (turn * 7) % (PHOTO_SIZE_PX.width - sizePx.width + 1);
  const top = (turn * 5) % (PHOTO_SIZE_PX.height - sizePx.height + 1);
  const file = await sharp(projectPath(PHOTO))
    .extract({ left, top, ...sizePx })
    .jpeg({ quality: 85 })
    .toBuffer();
  return { file, sizePx };
}
