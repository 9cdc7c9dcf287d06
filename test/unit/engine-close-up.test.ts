import { describe, expect, it } from 'vitest';
import { Segmenter, type Prompt, type RgbaImage, type Stroke } from '../../src/inference/index.ts';
import { wholeAlpha, type Matte } from '../../src/inference/matte/matte.ts';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { colourNetwork } from './colour-network.ts';

const SIZE = { width: 1600, height: 1200 };
const CENTRE = { x: 1100, y: 500 };
const CLICK: Prompt = { points: [{ ...CENTRE, label: 1 }], box: null, previousLogits: null };
const HARD = { ...DEFAULT_EDGE, softness: 0 };

/** A cog whose teeth are about as wide, and as high, as a cell of the whole image's grid. */
const isInCog =
  (radiusPx: number) =>
  (x: number, y: number): boolean => {
    const [dx, dy] = [x - CENTRE.x, y - CENTRE.y];
    const isTooth = Math.cos(40 * Math.atan2(dy, dx)) > 0;
    return Math.hypot(dx, dy) < radiusPx * (isTooth ? 1 : 0.93);
  };

describe('the fitted edge of a small object', () => {
  it('comes from a closer look at it, and is finer than the grid of the whole image', async () => {
    const { segmenter, network, imageId, logits, truth } = await opened(100);
    const matte = await segmenter.makeMatte(imageId, logits, { edge: HARD });
    expect(network.embedCount).toBe(2);
    expect(iou(matte, truth)).toBeGreaterThan(0.99);
    // What the plain edge, which asks for nothing more, makes of the same mask.
    expect(iou(await segmenter.makeMatte(imageId, logits), truth)).toBeLessThan(0.96);
    expect(network.embedCount).toBe(2);
  });

  it('is looked at once for all wishes, and once more for another mask', async () => {
    const { segmenter, network, imageId, logits } = await opened(100);
    await segmenter.previewEdge(imageId, logits, { edge: HARD, maxSidePx: 300 });
    await segmenter.previewEdge(imageId, logits.slice(), { edge: DEFAULT_EDGE, maxSidePx: 300 });
    await segmenter.makeCutout(imageId, logits.slice(), { edge: { ...HARD, shiftPx: 2 } });
    expect(network.embedCount).toBe(2);
    const eroded = logits.map((logit) => logit - 1);
    await segmenter.makeMatte(imageId, eroded, { edge: HARD });
    expect(network.embedCount).toBe(3);
  });

  it.each([300, 150])('is shown by the preview as the cutout has it, at most %i px', async (maxSidePx) => {
    const { segmenter, imageId, logits } = await opened(100);
    const { matte, sizePx } = await segmenter.previewEdge(imageId, logits, { edge: HARD, maxSidePx });
    const full = wholeAlpha(await segmenter.makeMatte(imageId, logits, { edge: HARD }), SIZE);
    const shrinkage = SIZE.width / sizePx.width;
    expect(sizePx).toEqual({ width: SIZE.width / shrinkage, height: SIZE.height / shrinkage });
    const shown = wholeAlpha(matte, sizePx);
    let [common, all] = [0, 0];
    for (let i = 0; i < shown.length; i++) {
      const x = Math.floor(((i % sizePx.width) + 0.5) * shrinkage);
      const y = Math.floor((Math.floor(i / sizePx.width) + 0.5) * shrinkage);
      const [a, b] = [shown[i]! >= 128, full[y * SIZE.width + x]! >= 128];
      if (a && b) common++;
      if (a || b) all++;
    }
    expect(common / all).toBeGreaterThan(0.9);
  });

  it('keeps to the clip and to what was painted, which are in image space', async () => {
    const { segmenter, imageId, logits, truth } = await opened(100);
    const leftHalf = [
      { x: 0, y: 0 },
      { x: CENTRE.x, y: 0 },
      { x: CENTRE.x, y: SIZE.height },
      { x: 0, y: SIZE.height },
    ];
    const clipped = await segmenter.makeMatte(imageId, logits, { edge: HARD, clipImagePolygon: leftHalf });
    expect(
      iou(
        clipped,
        truth.map((inside, i) => (i % SIZE.width < CENTRE.x ? inside : 0)),
      ),
    ).toBeGreaterThan(0.97);
    const dot: Stroke = { mode: 'add', radiusPx: 40, imagePoints: [{ x: 200, y: 900 }] };
    const painted = await segmenter.makeMatte(imageId, logits, {
      edge: HARD,
      retouch: { isInverted: false, strokes: [dot] },
    });
    const withDot = truth.map((inside, i) =>
      Math.hypot((i % SIZE.width) + 0.5 - 200, Math.floor(i / SIZE.width) + 0.5 - 900) < 40 ? 1 : inside,
    );
    expect(iou(painted, withDot)).toBeGreaterThan(0.97);
  });

  it('is that of the whole image where the closer look means something else', async () => {
    const { segmenter, network, imageId, logits } = await opened(100);
    const { embed } = network;
    network.embed = async function (...args) {
      return (await embed.apply(this, args)).map((logit, cell) => (cell % 256 < 128 ? logit : -8));
    };
    const doubtful = await segmenter.makeMatte(imageId, logits, { edge: HARD });
    expect(network.embedCount).toBe(2);
    const right = doubtful.imageRect.x + doubtful.imageRect.width;
    expect(right).toBeGreaterThan(CENTRE.x + 80);
  });

  it('can be called off, and is looked at again when it is wanted after all', async () => {
    const { segmenter, network, imageId, logits, truth } = await opened(100);
    const cancel = new CancelSource();
    const { embed } = network;
    network.embed = function (...args) {
      cancel.abort();
      return args[1]?.aborted ? Promise.reject(new Error('cancelled')) : embed.apply(this, args);
    };
    const options = { edge: HARD, maxSidePx: 300, signal: cancel.signal };
    await expect(segmenter.previewEdge(imageId, logits, options)).rejects.toThrow('cancelled');
    network.embed = embed;
    expect(iou(await segmenter.makeMatte(imageId, logits, { edge: HARD }), truth)).toBeGreaterThan(0.97);
  });
});

it('large objects are seen well enough in the whole image', async () => {
  const { segmenter, network, imageId, logits } = await opened(300);
  await segmenter.makeMatte(imageId, logits, { edge: HARD });
  expect(network.embedCount).toBe(1);
});

async function opened(radiusPx: number) {
  const isInside = isInCog(radiusPx);
  const network = colourNetwork();
  const segmenter = Segmenter.withNetwork(network);
  const { imageId } = await segmenter.embed(picture(isInside));
  const { candidates } = await segmenter.segment(imageId, CLICK);
  const truth = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) =>
    isInside((i % SIZE.width) + 0.5, Math.floor(i / SIZE.width) + 0.5) ? 1 : 0,
  );
  return { segmenter, network, imageId, logits: candidates[0]!.logits, truth };
}

/** Red on blue. */
function picture(isInside: (x: number, y: number) => boolean): RgbaImage {
  const data = new Uint8Array(SIZE.width * SIZE.height * 4);
  for (let i = 0; i < SIZE.width * SIZE.height; i++) {
    const isRed = isInside((i % SIZE.width) + 0.5, Math.floor(i / SIZE.width) + 0.5);
    data.set(isRed ? [220, 60, 50, 255] : [40, 60, 200, 255], i * 4);
  }
  return { ...SIZE, data };
}

function iou(matte: Matte, truth: Uint8Array): number {
  const alpha = wholeAlpha(matte, SIZE);
  let [common, all] = [0, 0];
  alpha.forEach((value, i) => {
    const isInside = value >= 128;
    if (isInside && truth[i]) common++;
    if (isInside || truth[i]) all++;
  });
  return common / all;
}
