import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeImageFile,
  type EdgeSettings,
  type EngineProgress,
  type MaskCandidate,
  type OutlineSettings,
  type Prompt,
  type Rect,
  type RgbaImage,
  type Segmenter,
  type SubjectProposal,
} from '../../inference/index.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { maskSvg } from '../../shared/outline-svg.ts';
import { maskPng } from './mask-files.ts';
import { sharpImageCodec } from './sharp-image-codec.ts';

/** @throws TinyCutError that does not name the file */
export async function readImage(file: string): Promise<RgbaImage> {
  const found = await stat(file).catch(() => null);
  if (!found) throw new TinyCutError('bad-argument', 'There is no such file.');
  if (!found.isFile()) {
    throw new TinyCutError(
      'bad-argument',
      `This is not a file; for the images of a folder write "${join(file, '*')}".`,
    );
  }
  return decodeImageFile(await readFile(file), sharpImageCodec);
}

export interface CutImage {
  /** Paths of the files written: cutout, mask, outline. */
  outputs: [string, string, string];
  /** The cutout's place in the image. */
  imageRect: Rect;
  /** The decoder's own estimate of the mask's IoU; 1.02 occurs. */
  predictedIou: number;
  /** Of the outline. */
  nodeCount: number;
  /** Largest distance of the outline from the edge, in image pixels. */
  maxDeviationPx: number;
}

/**
 * Cuts one object out of one image.
 * @param prompt null for what the image is about
 * @param outStem path and beginning of the name of the files to write
 * @throws TinyCutError
 */
export async function cutImage(
  segmenter: Segmenter,
  image: RgbaImage,
  prompt: Prompt | null,
  outStem: string,
  { edge, outline }: { edge: EdgeSettings | null; outline: OutlineSettings },
  onProgress: (progress: EngineProgress) => void,
): Promise<CutImage> {
  const { imageId, imageSizePx } = await segmenter.embed(image, { onProgress });
  const { logits, predictedIou } = prompt
    ? await objectAt(segmenter, imageId, prompt)
    : await subjectOf(segmenter, imageId, onProgress);
  const matte = await segmenter.makeMatte(imageId, logits, { onProgress, edge });
  const [tile] = await segmenter.makeCutout(imageId, logits, { onProgress, edge, maxTileSidePx: Infinity });
  const { paths, nodeCount, maxDeviationPx } = await segmenter.tracePaths(imageId, logits, {
    onProgress,
    edge,
    outline,
  });
  const outputs: CutImage['outputs'] = [
    `${outStem}-cutout.png`,
    `${outStem}-mask.png`,
    `${outStem}-mask.svg`,
  ];
  await writeFile(outputs[0], tile!.png);
  await writeFile(outputs[1], maskPng(matte, imageSizePx));
  await writeFile(outputs[2], maskSvg(paths, imageSizePx));
  return { outputs, imageRect: tile!.imageRect, predictedIou, nodeCount, maxDeviationPx };
}

async function objectAt(segmenter: Segmenter, imageId: string, prompt: Prompt): Promise<MaskCandidate> {
  const { candidates, defaultIndex } = await segmenter.segment(imageId, prompt);
  return candidates[defaultIndex]!;
}

async function subjectOf(
  segmenter: Segmenter,
  imageId: string,
  onProgress: (progress: EngineProgress) => void,
): Promise<SubjectProposal> {
  const [subject] = await segmenter.findSubject(imageId, { onProgress });
  if (subject) return subject;
  throw new TinyCutError(
    'mask-empty',
    'Nothing stands out in this image. Mark the object with --point or --box instead.',
  );
}
