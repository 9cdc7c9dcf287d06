import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeImageFile,
  type EngineProgress,
  type Prompt,
  type Rect,
  type Segmenter,
} from '../../inference/index.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { maskPng, maskSvg } from './mask-files.ts';
import { checkPointsInside } from './prompt-arguments.ts';
import { sharpImageCodec } from './sharp-image-codec.ts';

export interface CutFile {
  /** Paths of the files written: cutout, mask, outline. */
  outputs: [string, string, string];
  /** The cutout's place in the image. */
  imageRect: Rect;
  /** The decoder's own estimate of the mask's IoU; 1.02 occurs. */
  predictedIou: number;
}

/**
 * Cuts one object out of one image file.
 * @param loadSegmenter called once the file and the prompt are known to fit together
 * @param outStem path and beginning of the name of the files to write
 * @throws TinyCutError
 */
export async function cutFile(
  file: string,
  prompt: Prompt,
  loadSegmenter: () => Promise<Segmenter>,
  outStem: string,
  onProgress: (progress: EngineProgress) => void,
): Promise<CutFile> {
  const image = await decodeImageFile(await readInput(file), sharpImageCodec);
  checkPointsInside(prompt, image);
  const segmenter = await loadSegmenter();
  const { imageId, imageSizePx } = await segmenter.embed(image, { onProgress });
  const { candidates, defaultIndex } = await segmenter.segment(imageId, prompt);
  const { logits, predictedIou } = candidates[defaultIndex]!;
  const matte = await segmenter.makeMatte(imageId, logits, { onProgress });
  const [tile] = await segmenter.makeCutout(imageId, logits, { onProgress, maxTileSidePx: Infinity });
  const paths = await segmenter.tracePaths(imageId, logits, { onProgress });
  const outputs: CutFile['outputs'] = [`${outStem}-cutout.png`, `${outStem}-mask.png`, `${outStem}-mask.svg`];
  await writeFile(outputs[0], tile!.png);
  await writeFile(outputs[1], maskPng(matte, imageSizePx));
  await writeFile(outputs[2], maskSvg(paths, imageSizePx));
  return { outputs, imageRect: tile!.imageRect, predictedIou };
}

async function readInput(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch(() => null);
  if (!found) throw new TinyCutError('bad-argument', 'There is no such file.');
  if (!found.isFile())
    throw new TinyCutError(
      'bad-argument',
      `This is not a file; for a folder's images write "${join(file, '*')}".`,
    );
  return readFile(file);
}
