import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  MadeLayer,
  OutlineSettings,
  Rect,
  RgbaImage,
  Segmenter,
  SearchProgress,
} from '../../inference/index.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { hexColour, layersSvg } from '../../shared/outline-svg.ts';

/** As `layers.json` has it. */
export interface LayerEntry {
  name: string;
  file: string;
  /** Where the PNG lies in the image, in pixels. */
  imageRect: Rect;
  /** Share of the image that belongs to the layer and not to its parts, 0..1. */
  areaFraction: number;
  /** Name of the layer that this one is a part of. */
  partOf: string | null;
  /** Mean, as CSS writes it. */
  colour: string;
}

/**
 * Splits an image into layers, and writes a PNG for each, an SVG of all outlines and a list.
 * @param detail 0..1: fewer and larger .. more and smaller
 * @param folder made when it is missing
 * @param outline of the outlines in the SVG
 * @param onProgress told what is under way, and its share, 0..1
 * @returns the layers from back to front, the background first
 * @throws TinyCutError
 */
export async function splitImage(
  segmenter: Segmenter,
  image: RgbaImage,
  detail: number,
  folder: string,
  outline: OutlineSettings,
  onProgress: (progress: { stage: string; fraction: number }) => void,
): Promise<LayerEntry[]> {
  const { imageId, imageSizePx } = await segmenter.embed(image, { onProgress });
  await segmenter.findRegions(imageId, {
    onProgress: ({ fraction, remainingMs }: SearchProgress) => {
      const left = remainingMs === null ? '' : ` (${Math.ceil(remainingMs / 1000)} s left)`;
      onProgress({ stage: `search${left}`, fraction });
    },
  });
  const { layers: arranged } = segmenter.arrangeLayers(imageId, detail);
  if (arranged.length === 0) {
    throw new TinyCutError(
      'mask-empty',
      'Nothing stands out in this image. Mark an object with --point or --box instead.',
    );
  }
  const groups = arranged.map(({ id }) => [id]);
  const cutouts = await segmenter.makeLayers(imageId, groups, 'cutout', {
    onProgress,
    maxTileSidePx: Infinity,
  });
  const outlines = await segmenter.makeLayers(imageId, groups, 'vector', { onProgress, outline });

  await mkdir(folder, { recursive: true });
  const objectShare = arranged.reduce((sum, { areaFraction }) => sum + areaFraction, 0);
  const entries: LayerEntry[] = [];
  for (const { groupIndex, colour, output } of cutouts) {
    if (output.kind !== 'cutout') continue;
    const [tile] = output.tiles;
    const layer = groupIndex === null ? null : arranged[groupIndex]!;
    const parent = arranged.findIndex(({ id }) => id === layer?.parentId);
    const file = groupIndex === null ? 'background.png' : `${String(groupIndex + 1).padStart(2, '0')}.png`;
    entries.push({
      name: nameOf(groupIndex),
      file,
      imageRect: tile!.imageRect,
      areaFraction: Number((layer?.areaFraction ?? 1 - objectShare).toFixed(4)),
      partOf: parent === -1 ? null : nameOf(parent),
      colour: hexColour(colour),
    });
    await writeFile(join(folder, file), tile!.png);
  }
  await writeFile(join(folder, 'layers.svg'), layersSvg(outlines.map(shapeOf), imageSizePx));
  const list = { imageSizePx, detail, layers: entries };
  await writeFile(join(folder, 'layers.json'), `${JSON.stringify(list, null, 2)}\n`);
  return entries;
}

function shapeOf({ groupIndex, colour, output }: MadeLayer) {
  return { name: nameOf(groupIndex), colour, paths: output.kind === 'cutout' ? [] : output.paths };
}

export function nameOf(groupIndex: number | null): string {
  return groupIndex === null ? 'Background' : `Object ${groupIndex + 1}`;
}
