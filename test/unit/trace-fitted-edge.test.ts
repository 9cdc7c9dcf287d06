import { describe, expect, it } from 'vitest';
import { Segmenter, type Prompt, type RgbaImage, type TraceOptions } from '../../src/inference/index.ts';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { EDITABLE_DETAIL, EXACT_DETAIL } from '../../src/shared/engine-contract.ts';
import { colourNetwork } from './colour-network.ts';
import { renderPaths } from './render-path.ts';
import { box, logitsOf, turned, type Shape } from './synthetic-logits.ts';

/** The model sees it as it is. */
const SIZE = { width: 1024, height: 768 };
const CENTRE = { x: 512, y: 384 };
const CLICK: Prompt = { points: [{ ...CENTRE, label: 1 }], box: null, previousLogits: null };

/** A disc with square teeth, > 0 inside. */
const cog =
  (radiusPx: number, toothPx: number, toothCount: number): Shape =>
  (x, y) => {
    const [dx, dy] = [x - CENTRE.x, y - CENTRE.y];
    const isTooth = Math.cos(toothCount * Math.atan2(dy, dx)) > 0;
    return radiusPx + (isTooth ? toothPx / 2 : -toothPx / 2) - Math.hypot(dx, dy);
  };

describe('the outline of a fitted edge', () => {
  it('goes along teeth that the grid of the mask cannot tell', async () => {
    // A cell is 4 pixels.
    const { ious } = await tracedIous(cog(200, 6, 80), EXACT_DETAIL);
    expect(ious.fitted).toBeGreaterThan(0.994);
    expect(1 - ious.fitted).toBeLessThan((1 - ious.plain) / 2);
  });

  it('takes a closer look at a small object', async () => {
    const { ious, embedCount } = await tracedIous(cog(90, 6, 30), EDITABLE_DETAIL);
    expect(embedCount).toBe(2);
    expect(ious.fitted).toBeGreaterThan(0.975);
    expect(1 - ious.fitted).toBeLessThan(0.6 * (1 - ious.plain));
  });

  it.each([EDITABLE_DETAIL, EXACT_DETAIL])('keeps corners, at a detail of %d', async (detail) => {
    const truth = turned(box(300, 250, 720, 550), 20, CENTRE.x, CENTRE.y);
    const { segmenter, imageId } = await opened(truth);
    // 6 pixels too large.
    const logits = logitsOf((x, y) => truth(x, y) + 6);
    const options = { edge: DEFAULT_EDGE, outline: { detail } };
    const { paths, nodeCount } = await segmenter.tracePaths(imageId, logits, options);
    expect(nodeCount).toBe(4);
    expect(iou(renderPaths(paths, SIZE), truth)).toBeGreaterThan(0.995);
  });

  it('is the same however soft the edge is wished', async () => {
    const { segmenter, imageId, logits } = await opened(cog(200, 6, 80));
    const traced = (softness: number) =>
      segmenter.tracePaths(imageId, logits, { edge: { ...DEFAULT_EDGE, softness } });
    const [hard, soft] = [await traced(0), await traced(1)];
    expect(hard).toEqual(soft);
  });

  it('is shifted, clipped and painted over', async () => {
    const truth: Shape = box(300, 200, 700, 600);
    const { segmenter, imageId, logits } = await opened(truth);
    const boundsOf = async (options: TraceOptions) => {
      const { paths } = await segmenter.tracePaths(imageId, logits, options);
      const xs = paths[0]!.data.split(/[MLCZ]/).flatMap((pairs) => pairs.trim().split(' ').slice(-2, -1));
      const numbers = xs.filter(Boolean).map(Number);
      return [Math.min(...numbers), Math.max(...numbers)];
    };
    const near = (px: number) => expect.closeTo(px, -0.6) as unknown;
    expect(await boundsOf({ edge: DEFAULT_EDGE })).toEqual([near(300), near(700)]);
    expect(await boundsOf({ edge: { ...DEFAULT_EDGE, shiftPx: 10 } })).toEqual([near(290), near(710)]);
    const clipImagePolygon = [
      { x: 400, y: 100 },
      { x: 1000, y: 100 },
      { x: 1000, y: 700 },
      { x: 400, y: 700 },
    ];
    const stroke = { mode: 'add' as const, radiusPx: 40, imagePoints: [{ x: 700, y: 400 }] };
    const retouch = { isInverted: false, strokes: [stroke] };
    expect(await boundsOf({ edge: DEFAULT_EDGE, clipImagePolygon, retouch })).toEqual([400, near(740)]);
  });
});

describe('the outline of a mask that was painted on', () => {
  it.each([0, 0.5, 1])(
    'has as many nodes where the stroke changes nothing, at a detail of %d',
    async (detail) => {
      const size = { width: 3072, height: 2304 };
      const segmenter = Segmenter.withNetwork(colourNetwork());
      const data = new Uint8Array(size.width * size.height * 4).fill(255);
      const { imageId } = await segmenter.embed({ ...size, data });
      // Waves of three pixels, in model pixels: as fine as masks are.
      const logits = logitsOf((x, y) => {
        const [dx, dy] = [x - CENTRE.x, y - CENTRE.y];
        return 250 + Math.sin(40 * Math.atan2(dy, dx)) - Math.hypot(dx, dy);
      });
      const dab = { mode: 'add' as const, radiusPx: 5, imagePoints: [{ x: 1536, y: 1152 }] };
      const outline = { detail };
      const before = await segmenter.tracePaths(imageId, logits, { outline });
      const retouch = { isInverted: false, strokes: [dab] };
      const after = await segmenter.tracePaths(imageId, logits, { outline, retouch });
      expect(after.nodeCount / before.nodeCount).toBeLessThan(1.2);
      expect(after.nodeCount / before.nodeCount).toBeGreaterThan(0.8);
    },
  );
});

async function tracedIous(truth: Shape, detail: number) {
  const { segmenter, network, imageId, logits } = await opened(truth);
  const drawn = async (edge: TraceOptions['edge']) => {
    const { paths } = await segmenter.tracePaths(imageId, logits, { edge, outline: { detail } });
    return iou(renderPaths(paths, SIZE), truth);
  };
  const ious = { plain: await drawn(null), fitted: await drawn(DEFAULT_EDGE) };
  return { ious, embedCount: network.embedCount };
}

/** A picture of the shape, red on blue, and what the network makes of it. */
async function opened(truth: Shape) {
  const network = colourNetwork();
  const segmenter = Segmenter.withNetwork(network);
  const data = new Uint8Array(SIZE.width * SIZE.height * 4);
  for (let i = 0; i < SIZE.width * SIZE.height; i++) {
    data.set(isInside(truth, i) ? [220, 60, 50, 255] : [40, 60, 200, 255], i * 4);
  }
  const picture: RgbaImage = { ...SIZE, data };
  const { imageId } = await segmenter.embed(picture);
  const { candidates } = await segmenter.segment(imageId, CLICK);
  return { segmenter, network, imageId, logits: candidates[0]!.logits };
}

function isInside(truth: Shape, pixel: number): boolean {
  return truth((pixel % SIZE.width) + 0.5, Math.floor(pixel / SIZE.width) + 0.5) > 0;
}

function iou(coverage: Uint8Array, truth: Shape): number {
  let [common, all] = [0, 0];
  coverage.forEach((value, i) => {
    const isDrawn = value >= 128;
    const isTrue = isInside(truth, i);
    if (isDrawn && isTrue) common++;
    if (isDrawn || isTrue) all++;
  });
  return common / all;
}
