import { join } from 'node:path';
import { keepEmbedding, restoreEmbedding } from '../../src/inference/kept-embedding.ts';
import { defaultMaskIndex } from '../../src/inference/prompt/mask-choice.ts';
import { toMaskCandidates } from '../../src/inference/prompt/mask-candidates.ts';
import { cellColours } from '../../src/inference/prompt/cell-colours.ts';
import { toModelInput } from '../../src/inference/preprocess.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import { EmbeddingCache } from '../quality/embedding-cache.ts';
import { openImage, readMaskedImages, readGroundTruth, type EvalImage } from '../quality/eval-set.ts';
import { maskIou } from '../quality/mask-iou.ts';
import { CACHE_FOLDER } from '../quality/measure-quality.ts';
import { nextClick } from '../quality/next-click.ts';
import { embedderHash, openNetwork, type Network } from '../quality/open-network.ts';
import { evenlySpaced, mean } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import type { ResultsSection, SectionOptions } from './section.ts';

/** The rest may come from the disk. */
const TIMED_ENCODES = 3;

/** IoU of the mask shown first, with the embedding as it was and as it was kept, both on the 256 grid. */
interface ClickAgreement {
  name: string;
  iou: number;
  /** The same of each of the four masks. */
  tokenIous: number[];
  isSameChoice: boolean;
}

/** Whether masks stay the same when the embedding is kept in fewer bits, and what keeping it costs. */
export async function measureKeptEmbedding({
  evalFolder,
  imageCount,
  show,
}: SectionOptions): Promise<ResultsSection> {
  const all = readMaskedImages(evalFolder)!;
  const images = evenlySpaced(all, imageCount ?? all.length);
  const cache = new EmbeddingCache(CACHE_FOLDER, embedderHash('int8'));
  const network = await openNetwork('int8');
  const agreements: ClickAgreement[] = [];
  const encodeMs: number[] = [];
  const keepMs: number[] = [];
  const restoreMs: number[] = [];
  for (const [i, image] of images.entries()) {
    show(`kept embeddings: image ${i + 1} of ${images.length}`);
    const opened = await openImage(evalFolder, image);
    const embedding = await cache.embedding(opened.file, () => network.embed(opened.pixels));
    if (i < TIMED_ENCODES) {
      const encodedFrom = performance.now();
      await network.embed(opened.pixels);
      encodeMs.push(performance.now() - encodedFrom);
    }
    const key = { imageId: '00'.repeat(32), modelId: 0 };
    const startedAt = performance.now();
    const kept = keepEmbedding(embedding, key);
    const keptAt = performance.now();
    const restored = restoreEmbedding(kept, key)!;
    restoreMs.push(performance.now() - keptAt);
    keepMs.push(keptAt - startedAt);
    agreements.push(...(await clickBoth(network, image, opened, evalFolder, [embedding, restored])));
  }
  await network.close();
  return section(agreements, { encode: mean(encodeMs), keep: mean(keepMs), restore: mean(restoreMs) });
}

type Opened = Awaited<ReturnType<typeof openImage>>;

/** One click in the middle of each object, on both embeddings. */
async function clickBoth(
  network: Network,
  image: EvalImage,
  { pixels, geometry }: Opened,
  evalFolder: string,
  embeddings: readonly [Float32Array, Float32Array],
): Promise<ClickAgreement[]> {
  const colours = cellColours(toModelInput(pixels), geometry.modelSizePx);
  const found: ClickAgreement[] = [];
  for (const [maskIndex, mask] of image.masks.entries()) {
    const truth = await readGroundTruth(join(evalFolder, mask.file), mask, geometry.imageSizePx);
    const click = nextClick(truth, null, geometry.imageSizePx, new Set());
    const prompt: Prompt = { points: [click], box: null, previousLogits: null };
    const answers = [];
    for (const embedding of embeddings) {
      const { logits, predictedIous } = await network.decode(embedding, geometry, prompt);
      const candidates = toMaskCandidates(logits, predictedIous, geometry.modelSizePx);
      answers.push({ candidates, chosen: defaultMaskIndex(candidates, prompt, geometry, colours) });
    }
    const [before, after] = answers as [(typeof answers)[0], (typeof answers)[0]];
    const masksOf = ({ candidates }: typeof before) => candidates.map(({ logits }) => toMask(logits));
    const [masksBefore, masksAfter] = [masksOf(before), masksOf(after)];
    const iou = (a: Uint8Array, b: Uint8Array) => maskIou({ inside: a, ignored: null }, b);
    found.push({
      name: `${image.id}#${maskIndex}`,
      iou: iou(masksBefore[before.chosen]!, masksAfter[after.chosen]!),
      tokenIous: masksBefore.map((inside, token) => iou(inside, masksAfter[token]!)),
      isSameChoice: before.chosen === after.chosen,
    });
  }
  return found;
}

function toMask(logits: Float32Array): Uint8Array {
  return Uint8Array.from(logits, (logit) => (logit > 0 ? 1 : 0));
}

function section(
  agreements: readonly ClickAgreement[],
  ms: { encode: number; keep: number; restore: number },
): ResultsSection {
  const row = (name: string, ious: readonly number[]) => {
    const sorted = [...ious].sort((a, b) => a - b);
    const share = (bar: number) =>
      formatNumber((100 * ious.filter((iou) => iou >= bar).length) / ious.length, 1);
    return [
      `${name} (${ious.length})`,
      formatNumber(mean(ious), 4),
      formatNumber(sorted[Math.floor(sorted.length * 0.05)], 4),
      formatNumber(sorted[0], 4),
      share(0.98),
    ];
  };
  const shown = agreements.map(({ iou }) => iou);
  const sameChoice = agreements.filter(({ isSameChoice }) => isSameChoice);
  const worst = [...agreements].sort((a, b) => a.iou - b.iou).slice(0, 5);
  return {
    title: 'Kept embeddings: IoU with the masks of the embedding as it was, one click on each object',
    table: formatTable(
      ['masks', 'mean', '5 % quantile', 'worst', '% at least .98'],
      [
        row('shown first', shown),
        row(
          'of them the same token',
          sameChoice.map(({ iou }) => iou),
        ),
        row(
          'all four',
          agreements.flatMap(({ tokenIous }) => tokenIous),
        ),
      ],
    ),
    figures: {},
    notes: [
      `Encoding takes ${formatNumber(ms.encode, 0)} ms, keeping ${formatNumber(ms.keep, 1)} ms, restoring ${formatNumber(ms.restore, 1)} ms.`,
      `Worst: ${worst.map(({ name, iou, isSameChoice }) => `${name} ${formatNumber(iou, 3)}${isSameChoice ? '' : ' (another token)'}`).join(', ')}.`,
    ],
  };
}
