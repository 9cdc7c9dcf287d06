import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Segmenter } from '../src/inference/index.ts';
import { readEngineFiles } from '../src/plugin/cli/engine-files.ts';
import { maskPng, maskSvg } from '../src/plugin/cli/mask-files.ts';
import { checkPointsInside } from '../src/plugin/cli/prompt-arguments.ts';
import { sharpImageCodec } from '../src/plugin/cli/sharp-image-codec.ts';
import { TinyCutError, toTinyCutError } from '../src/shared/errors.ts';
import type { Output } from '../src/shared/host-contract.ts';
import { rasterise } from '../test/host/rasterise.ts';
import { renderDocument } from '../test/host/render/document-svg.ts';
import { HELP, parseDemoArguments, type DemoArguments } from './demo/demo-arguments.ts';
import { openPlugin } from './demo/open-plugin.ts';
import { readPhoto, scalePrompt } from './demo/read-photo.ts';
import { ShowBoard } from './demo/show-board.ts';
import { step } from '../scripts/step.mjs';

/** `npm run demo`: the main job from a photo to layers on a canvas, without a window. See HELP. */

const EXIT_FAILED = 1;
const EXIT_BAD_ARGUMENTS = 2;

async function runDemo({ file, prompt: filePrompt, outFolder }: DemoArguments): Promise<void> {
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
  const paths = await step('Trace the outline', () => segmenter.tracePaths(imageId, logits));
  // One tile: the photo fits into Figma, and so does a part of it.
  const [cutout] = tiles;
  const outputs: Output[] = [
    { kind: 'cutout', tiles },
    { kind: 'vector', paths },
    { kind: 'mask-group', paths },
  ];
  for (const output of outputs) {
    await step(`Place the ${output.kind.replace('-', ' ')}`, async () => {
      const { source } = await plugin.readImage(board.layerIds[output.kind]);
      await plugin.placeOutput(source, imageSizePx, output);
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

async function main(args: readonly string[]): Promise<number> {
  try {
    const parsed = parseDemoArguments(args);
    if (parsed === 'help') process.stdout.write(HELP);
    else await runDemo(parsed);
    return 0;
  } catch (thrown) {
    const error = toTinyCutError(thrown);
    console.error(error.code === 'internal' && !(thrown instanceof TinyCutError) ? thrown : error.message);
    return error.code === 'bad-argument' ? EXIT_BAD_ARGUMENTS : EXIT_FAILED;
  }
}

process.exitCode = await main(process.argv.slice(2));
