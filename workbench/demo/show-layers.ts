import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Segmenter } from '../../src/inference/index.ts';
import { readEngineFiles } from '../../src/plugin/cli/engine-files.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { nameOf } from '../../src/plugin/cli/split-image.ts';
import { rasterise } from '../../test/host/rasterise.ts';
import { renderDocument } from '../../test/host/render/document-svg.ts';
import { step } from '../../scripts/step.mjs';
import type { LayersDemo } from './demo-arguments.ts';
import { LayersBoard } from './layers-board.ts';
import { openPlugin } from './open-plugin.ts';
import { readPhoto } from './read-photo.ts';

/** Enough layers to see what happens, and few enough to see each of them. */
const DETAIL = 0.7;

/** A photo split into layers, and the layers pulled apart. */
export async function showLayers({ file, outFolder }: LayersDemo): Promise<void> {
  const photo = await step('Read the photo', () => readPhoto(file));
  const board = new LayersBoard(photo.bytes);
  const plugin = await step('Open the plugin in the double', () => openPlugin(board.document));
  const segmenter = await step('Load the engine', async () =>
    Segmenter.load(await readEngineFiles(), { codec: sharpImageCodec }),
  );
  const image = await step('Read the layer’s image', () => plugin.readImage(board.photoId));
  const { imageId, imageSizePx } = await step('Embed the image', () => segmenter.embed(image.bytes));
  const regionCount = await step('Find everything', () => segmenter.findRegions(imageId));
  const groups = segmenter.arrangeLayers(imageId, DETAIL).layers.map(({ id }) => [id]);
  const made = await step('Make the layers', () => segmenter.makeLayers(imageId, groups, 'cutout'));
  const layers = made.map(({ groupIndex, ...layer }) => ({ name: nameOf(groupIndex), ...layer }));
  await step('Place the layers', () => plugin.placeOutput(image, imageSizePx, { kind: 'layers', layers }));
  await step(`Write ${outFolder}/`, async () => {
    board.pullApart();
    const picture = rasterise(renderDocument(board.document, { background: '#f0f0f0' }));
    await mkdir(outFolder, { recursive: true });
    await writeFile(join(outFolder, 'layers.png'), picture.png);
  });
  plugin.close();
  await segmenter.dispose();
  console.log(
    `${regionCount} regions were found, and ${layers.length} layers made. See ${join(outFolder, 'layers.png')}: ` +
      'the photo, and its layers pulled apart.',
  );
}
