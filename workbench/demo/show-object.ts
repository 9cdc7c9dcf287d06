import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Segmenter } from '../../src/inference/index.ts';
import { readEngineFiles } from '../../src/plugin/cli/engine-files.ts';
import { maskPng } from '../../src/plugin/cli/mask-files.ts';
import { maskSvg } from '../../src/shared/outline-svg.ts';
import { checkPointsInside } from '../../src/plugin/cli/prompt-arguments.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { ObjectOutput } from '../../src/shared/host-contract.ts';
import { rasterise } from '../../test/host/rasterise.ts';
import { renderDocument } from '../../test/host/render/document-svg.ts';
import { step } from '../../scripts/step.mjs';
import type { ObjectDemo } from './demo-arguments.ts';
import { openPlugin } from './open-plugin.ts';
import { readPhoto, scalePrompt } from './read-photo.ts';
import { ShowBoard } from './show-board.ts';

/** One object of a photo, as a cutout, a vector and a mask group. */
export async function showObject({ file, prompt: filePrompt, outFolder }: ObjectDemo): Promise<void> {
  const photo = await step('Read the photo', async () => {
    const read = await readPhoto(file);
    checkPointsInside(filePrompt, read.fileSizePx);
    return read;
  });
  const prompt = scalePrompt(filePrompt, photo.scale);

  const board = new ShowBoard(photo.bytes);
  const plugin = await step('Open the plugin in the double', () => openPlugin(board.document));
  const segmenter = await step('Load the engine', async () =>
    Segmenter.load(await readEngineFiles(), { codec: sharpImageCodec }),
  );
  const source = await step('Read the layer’s image', () => plugin.readImage(board.layerIds.cutout));
  const { imageId, imageSizePx } = await step('Embed the image', () => segmenter.embed(source.bytes));
  const { candidates, defaultIndex } = await step('Segment the object', () =>
    segmenter.segment(imageId, prompt),
  );
  const { logits, areaFraction } = candidates[defaultIndex]!;
  const tiles = await step('Make the cutout', () => segmenter.makeCutout(imageId, logits));
  const { paths } = await step('Trace the outline', () => segmenter.tracePaths(imageId, logits));
  // One tile: the photo fits into Figma, and so does a part of it.
  const [cutout] = tiles;
  const outputs: ObjectOutput[] = [
    { kind: 'cutout', tiles },
    { kind: 'vector', paths },
    { kind: 'mask-group', paths },
  ];
  for (const output of outputs) {
    await step(`Place the ${output.kind.replace('-', ' ')}`, async () => {
      const image = await plugin.readImage(board.layerIds[output.kind]);
      await plugin.placeOutput(image, imageSizePx, output);
    });
  }
  await step(`Write ${outFolder}/`, async () => {
    const matte = await segmenter.makeMatte(imageId, logits);
    board.present();
    const canvas = rasterise(renderDocument(board.document, { background: '#f0f0f0' }));
    await mkdir(outFolder, { recursive: true });
    await writeFile(join(outFolder, 'cutout.png'), cutout!.png);
    await writeFile(join(outFolder, 'mask.png'), maskPng(matte, imageSizePx));
    await writeFile(join(outFolder, 'mask.svg'), maskSvg(paths, imageSizePx));
    await writeFile(join(outFolder, 'canvas.png'), canvas.png);
  });
  plugin.close();
  await segmenter.dispose();
  console.log(
    `The object covers ${(areaFraction * 100).toFixed(1)} % of the photo. See ${join(outFolder, 'canvas.png')}: the photo, ` +
      'and over a dimmed copy each, the cutout, the vector (painted blue) and the mask group.',
  );
}
