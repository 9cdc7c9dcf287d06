import { TinyCutError } from '../../shared/errors.ts';
import type { Size } from '../../shared/affine.ts';
import type { NamedLayer, Output } from '../../shared/host-contract.ts';
import { hexColour, layersSvg, maskSvg } from '../../shared/outline-svg.ts';

/** What one *Apply* gives: a file, or a folder of files. Not yet written anywhere. */
export interface Result {
  /** As in `bowl.cutout`; a number is appended when it is taken. */
  stem: string;
  /** With its dot; empty when the result is a folder. */
  extension: string;
  /** By name in the folder; the only one of a result that is a file has an empty name. */
  files: readonly ResultFile[];
}

export interface ResultFile {
  name: string;
  bytes: Uint8Array;
}

/**
 * @param imageName the image's file name
 * @throws TinyCutError `bad-argument` for what can't be a file
 */
export function resultOf(output: Output, imageName: string, imageStem: string, imageSizePx: Size): Result {
  switch (output.kind) {
    case 'cutout':
      return file(`${imageStem}.cutout`, '.png', onlyPng(output));
    case 'vector':
      return file(`${imageStem}.mask`, '.svg', textBytes(maskSvg(output.paths, imageSizePx)));
    case 'mask-group':
      throw new TinyCutError(
        'bad-argument',
        'A file holds no mask group. Apply as cutout or vector instead.',
      );
    case 'layers':
      return {
        stem: `${imageStem}.layers`,
        extension: '',
        files: layerFiles(output.layers, imageName, imageSizePx),
      };
  }
}

/**
 * PNGs from back to front with `layers.json`, which says where each lies; shapes as one `layers.svg`.
 * @param layers from back to front
 */
function layerFiles(layers: readonly NamedLayer[], image: string, imageSizePx: Size): ResultFile[] {
  const digits = String(layers.length).length;
  const files: ResultFile[] = [];
  const entries: object[] = [];
  const shapes: Parameters<typeof layersSvg>[0][number][] = [];
  for (const [i, { name, colour, output }] of layers.entries()) {
    if (output.kind !== 'cutout') {
      shapes.push({ name, colour, paths: output.paths });
      continue;
    }
    const file = `${String(i + 1).padStart(digits, '0')}-${slugOf(name)}.png`;
    files.push({ name: file, bytes: onlyPng(output) });
    entries.push({ name, file, imageRect: output.tiles[0]!.imageRect, colour: hexColour(colour) });
  }
  if (entries.length > 0) {
    const list = JSON.stringify({ image, imageSizePx, layers: entries }, null, 2);
    files.push({ name: 'layers.json', bytes: textBytes(`${list}\n`) });
  }
  if (shapes.length > 0) files.push({ name: 'layers.svg', bytes: textBytes(layersSvg(shapes, imageSizePx)) });
  return files;
}

function onlyPng({ tiles }: Extract<Output, { kind: 'cutout' }>): Uint8Array {
  if (tiles.length === 1) return tiles[0]!.png;
  throw new TinyCutError('bad-argument', 'A cutout in several tiles is not one file. Apply it again.');
}

function file(stem: string, extension: string, bytes: Uint8Array): Result {
  return { stem, extension, files: [{ name: '', bytes }] };
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Of a layer's name, for any file system. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return slug || 'layer';
}
