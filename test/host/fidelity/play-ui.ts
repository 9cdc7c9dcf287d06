import { encode } from 'fast-png';
import { decodeImageFile } from '../../../src/inference/decode-image.ts';
import type { RgbaImage } from '../../../src/inference/index.ts';
import { sharpImageCodec } from '../../../src/plugin/cli/sharp-image-codec.ts';
import type { ImageSource, ObjectOutput, OutputKind } from '../../../src/shared/host-contract.ts';
import { CancelSource } from '../../../src/shared/cancellation.ts';
import { readPicture, type Picture } from '../../../src/ui/session/picture.ts';
import { isInside } from '../../../src/ui/session/visible-area.ts';
import type { UiChannel } from '../headless-ui.ts';
import { isObjectColour } from './test-picture.ts';

/** What the UI and the engine do, with an engine that finds the object by its colour, to the pixel. */
export interface OpenedPicture {
  picture: Picture;
  image: RgbaImage;
  /** 1 where a pixel is of the object and can be seen. */
  mask: Uint8Array;
}

const MAX_TILE_SIDE_PX = 4096;

export async function openPicture(channel: UiChannel, source: ImageSource): Promise<OpenedPicture> {
  let image!: RgbaImage;
  const decode = async (file: Blob) => {
    image = await decodeImageFile(new Uint8Array(await file.arrayBuffer()), sharpImageCodec);
    return { width: image.width, height: image.height, close: () => {} };
  };
  const picture = await readPicture(channel, source, decode, new CancelSource().signal);
  const { width, height, data } = image;
  const polygon = picture.visibleImagePolygon;
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    if (data[i * 4 + 3]! < 128 || !isObjectColour(data[i * 4]!, data[i * 4 + 2]!)) continue;
    const centre = { x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 };
    if (!polygon || isInside(polygon, centre)) mask[i] = 1;
  }
  return { picture, image, mask };
}

export function makeOutput(opened: OpenedPicture, kind: OutputKind): ObjectOutput {
  if (kind === 'cutout') return { kind, tiles: cutoutTiles(opened) };
  return { kind, paths: [{ windingRule: 'NONZERO', data: pathOfRows(opened) }] };
}

function cutoutTiles({ image, mask }: OpenedPicture) {
  const tiles = [];
  for (let top = 0; top < image.height; top += MAX_TILE_SIDE_PX) {
    for (let left = 0; left < image.width; left += MAX_TILE_SIDE_PX) {
      const width = Math.min(MAX_TILE_SIDE_PX, image.width - left);
      const height = Math.min(MAX_TILE_SIDE_PX, image.height - top);
      const data = new Uint8Array(width * height * 4);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = (top + y) * image.width + left + x;
          if (!mask[from]) continue;
          data.set(image.data.subarray(from * 4, from * 4 + 4), (y * width + x) * 4);
        }
      }
      const png = encode({ width, height, data, channels: 4 });
      tiles.push({ png, imageRect: { x: left, y: top, width, height } });
    }
  }
  return tiles;
}

/** A box for every run of the mask in a row: together they are its pixels. */
function pathOfRows({ image: { width, height }, mask }: OpenedPicture): string {
  const boxes: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue;
      const left = x;
      while (x < width && mask[y * width + x]) x++;
      boxes.push(`M ${left} ${y} L ${x} ${y} L ${x} ${y + 1} L ${left} ${y + 1} Z`);
    }
  }
  return boxes.join(' ');
}
