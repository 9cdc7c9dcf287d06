import { describe, expect, it } from 'vitest';
import { EdgePreviewer } from '../../src/inference/edge-preview.ts';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import { wholeView } from '../../src/inference/matte/mask-view.ts';
import { refineMatte } from '../../src/inference/matte/refine-matte.ts';
import { retouchMatte } from '../../src/inference/matte/retouch-matte.ts';
import { DEFAULT_EDGE, type EdgeSettings } from '../../src/shared/edge-settings.ts';
import type { Retouch } from '../../src/shared/retouch.ts';
import { circle, geometryOf, logitsOf } from './synthetic-logits.ts';
import { wholeAlpha } from '../../src/inference/matte/matte.ts';

const GEOMETRY = geometryOf(1200, 900);
const { imageSizePx } = GEOMETRY;
/** The mask is a few model pixels larger than what the picture shows. */
const DISC = circle(500, 400, 250);
const LOGITS = logitsOf((x, y) => DISC(x, y) + 4);
const PICTURE = pictureOf();
const PREVIEW_SIDE_PX = 400;
const SCALE = 3;
const STROKE: Retouch = {
  isInverted: true,
  strokes: [
    {
      mode: 'add',
      radiusPx: 60,
      imagePoints: [
        { x: 500, y: 400 },
        { x: 700, y: 500 },
      ],
    },
  ],
};

const request = (edge: EdgeSettings, retouch?: Retouch) => ({
  imageId: 'a',
  view: wholeView(LOGITS.slice(), GEOMETRY),
  imageSizePx,
  edge,
  retouch,
  maxSidePx: PREVIEW_SIDE_PX,
});
const previewOf = (previewer: EdgePreviewer, edge: EdgeSettings, retouch?: Retouch) =>
  previewer.preview(request(edge, retouch), () => Promise.resolve(PICTURE));

describe('the preview of an edge', () => {
  it.each([
    ['as the image shows it', DEFAULT_EDGE, undefined],
    ['hard', { ...DEFAULT_EDGE, softness: 0 }, undefined],
    ['expanded', { ...DEFAULT_EDGE, shiftPx: 9 }, undefined],
    ['contracted', { ...DEFAULT_EDGE, shiftPx: -9 }, undefined],
    ['smooth', { ...DEFAULT_EDGE, smooth: 1 }, undefined],
    ['inverted and painted', DEFAULT_EDGE, STROKE],
  ])('is what the cutout gets, but smaller: %s', async (_, edge, retouch) => {
    const refined = refineMatte(LOGITS, GEOMETRY, PICTURE, null, edge);
    const full = retouch ? retouchMatte(refined, retouch, imageSizePx, null) : refined;
    const expected = shrunk(wholeAlpha(full, imageSizePx));
    const { matte, sizePx } = await previewOf(new EdgePreviewer(), edge, retouch);
    expect(sizePx).toEqual({ width: 400, height: 300 });
    const shown = wholeAlpha(matte, sizePx);
    const areaOf = (alpha: ArrayLike<number>) => Array.from(alpha).reduce((sum, a) => sum + a, 0) / 255;
    expect(areaOf(shown) / areaOf(expected)).toBeGreaterThan(0.985);
    expect(areaOf(shown) / areaOf(expected)).toBeLessThan(1.015);
    // Off by half only along the edge, and by no more than a pixel of the preview there.
    const isOff = Array.from(shown, (a, i) => Math.abs(a - expected[i]!) > 127);
    const edgePx = 2 * Math.PI * 250 * (1200 / 1024 / SCALE);
    expect(isOff.filter(Boolean).length).toBeLessThan(edgePx / 4);
  });

  it('decodes an image once, and fits a mask once for all wishes', async () => {
    const previewer = new EdgePreviewer();
    let decodeCount = 0;
    const pixels = () => {
      decodeCount++;
      return Promise.resolve(PICTURE);
    };
    const first = await previewer.preview(request(DEFAULT_EDGE), pixels);
    await previewer.preview(request({ ...DEFAULT_EDGE, shiftPx: 9 }), pixels);
    const again = await previewer.preview(request(DEFAULT_EDGE), pixels);
    expect(again).toEqual(first);
    const another = {
      ...request(DEFAULT_EDGE),
      view: wholeView(logitsOf(circle(300, 300, 100)), GEOMETRY),
    };
    expect((await previewer.preview(another, pixels)).matte!.imageRect.width).toBeLessThan(
      first.matte!.imageRect.width / 2,
    );
    expect(decodeCount).toBe(1);
    await previewer.preview({ ...request(DEFAULT_EDGE), imageId: 'b' }, pixels);
    expect(decodeCount).toBe(2);
  });

  it('is right for each of two sizes that are asked for at once', async () => {
    const sizes = [400, 200];
    const ofSize = (previewer: EdgePreviewer, maxSidePx: number) =>
      previewer.preview({ ...request(DEFAULT_EDGE), maxSidePx }, () => Promise.resolve(PICTURE));
    const atOnce = new EdgePreviewer();
    const together = await Promise.all(sizes.map((side) => ofSize(atOnce, side)));
    const alone = await Promise.all(sizes.map((side) => ofSize(new EdgePreviewer(), side)));
    expect(together).toEqual(alone);
  });

  it('sees that the logits of an array have changed', async () => {
    const previewer = new EdgePreviewer();
    const changing = { ...request(DEFAULT_EDGE), view: wholeView(LOGITS.slice(), GEOMETRY) };
    const pixels = () => Promise.resolve(PICTURE);
    const before = await previewer.preview(changing, pixels);
    changing.view.logits.fill(-5, 0, 100 * 256);
    const after = await previewer.preview(changing, pixels);
    expect(after.matte!.imageRect.height).toBeLessThan(0.8 * before.matte!.imageRect.height);
  });

  it('is no smaller than a sixteenth of a part, which begins at a whole pixel then', async () => {
    const imageRect = { x: 304, y: 208, width: 600, height: 500 };
    const geometry = geometryOf(imageRect.width, imageRect.height);
    const view = { imageRect, geometry, logits: logitsOf(circle(500, 400, 200)) };
    const part = { ...request(DEFAULT_EDGE), view, maxSidePx: 8 };
    const { matte } = await new EdgePreviewer().preview(part, () => Promise.resolve(PICTURE));
    expect(matte!.imageRect.width).toBeGreaterThan(10);
  });

  it('is none of an empty mask', async () => {
    const empty = {
      ...request(DEFAULT_EDGE),
      view: wholeView(new Float32Array(256 * 256).fill(-5), GEOMETRY),
    };
    expect((await new EdgePreviewer().preview(empty, () => Promise.resolve(PICTURE))).matte).toBeNull();
  });
});

/** Red on blue, each pixel as much of it as it covers. */
function pictureOf(): RgbaImage {
  const { width, height } = imageSizePx;
  const data = new Uint8Array(width * height * 4).fill(255);
  const modelPxPerImagePx = GEOMETRY.modelSizePx.width / width;
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    const distancePx = DISC(x * modelPxPerImagePx, y * modelPxPerImagePx) / modelPxPerImagePx;
    const coverage = Math.min(Math.max(distancePx + 0.5, 0), 1);
    data[i * 4] = 40 + 160 * coverage;
    data[i * 4 + 1] = 70;
    data[i * 4 + 2] = 160 - 110 * coverage;
  }
  return { width, height, data };
}

/** Means of SCALE x SCALE pixels. */
function shrunk(alpha: ArrayLike<number>): Float32Array {
  const { width, height } = imageSizePx;
  const small = new Float32Array((width / SCALE) * (height / SCALE));
  for (let i = 0; i < width * height; i++) {
    const at = Math.floor(Math.floor(i / width) / SCALE) * (width / SCALE) + Math.floor((i % width) / SCALE);
    small[at]! += alpha[i]! / SCALE ** 2;
  }
  return small;
}
