import { describe, expect, it } from 'vitest';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { alphaMatte } from '../../src/inference/matte/alpha-matte.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { refineMatte } from '../../src/inference/matte/refine-matte.ts';
import type { RgbaPixels } from '../../src/inference/matte/working-scale.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { box, circle, geometryOf, logitsOf, turned, type Shape } from './synthetic-logits.ts';
import { wholeAlpha, type Matte } from '../../src/inference/matte/matte.ts';

type Colour = readonly [number, number, number];

/** A shape in one colour over another, each pixel as much of it as it covers, with some noise. */
function pictureOf(
  shape: Shape,
  { imageSizePx, modelSizePx }: MaskGeometry,
  on: Colour,
  off: Colour,
): RgbaPixels {
  const { width, height } = imageSizePx;
  const data = new Uint8Array(width * height * 4).fill(255);
  const modelPxPerImagePx = modelSizePx.width / width;
  for (let i = 0; i < width * height; i++) {
    const coverage = coverageOf(shape, i, width, modelPxPerImagePx);
    const noise = ((i * 7919) % 13) - 6;
    for (let c = 0; c < 3; c++) data[i * 4 + c] = on[c]! * coverage + off[c]! * (1 - coverage) + noise;
  }
  return { width, height, data };
}

function coverageOf(shape: Shape, pixel: number, width: number, modelPxPerImagePx: number): number {
  const [x, y] = [(pixel % width) + 0.5, Math.floor(pixel / width) + 0.5];
  const distancePx = shape(x * modelPxPerImagePx, y * modelPxPerImagePx) / modelPxPerImagePx;
  return Math.min(Math.max(distancePx + 0.5, 0), 1);
}

const RED: Colour = [200, 60, 50];
const BLUE: Colour = [40, 80, 160];

describe('refineMatte', () => {
  it.each([
    ['in its own size', 500, 400],
    ['fitted at a fraction of its size', 2048, 1000],
  ])('finds the true edge where the mask is off by more than a cell, %s', (_, width, height) => {
    const geometry = geometryOf(width, height);
    const truth = turned(box(250, 200, 700, 500), 20, 480, 350);
    // 6 model pixels too large.
    const logits = logitsOf((x, y) => truth(x, y) + 6);
    const image = pictureOf(truth, geometry, RED, BLUE);
    const error = (matte: Matte | null): number => {
      const alpha = wholeAlpha(matte, geometry.imageSizePx);
      return alpha.reduce(
        (sum, a, i) =>
          sum + Math.abs(a / 255 - coverageOf(truth, i, width, geometry.modelSizePx.width / width)),
        0,
      );
    };
    const refined = error(refineMatte(logits, geometry, image, null, DEFAULT_EDGE));
    expect(refined / error(alphaMatte(logits, geometry, null))).toBeLessThan(0.2);
  });

  it('is exactly 0 or 255 away from the edge, whatever is there', () => {
    const geometry = geometryOf(600, 600);
    const logits = logitsOf(circle(512, 512, 300));
    const data = Uint8Array.from({ length: 600 * 600 * 4 }, (_, i) => (i * 2654435761) % 256);
    const alpha = wholeAlpha(
      refineMatte(logits, geometry, { width: 600, height: 600, data }, null, DEFAULT_EDGE),
      geometry.imageSizePx,
    );
    alpha.forEach((a, i) => {
      const [x, y] = [((i % 600) + 0.5) * (1024 / 600), (Math.floor(i / 600) + 0.5) * (1024 / 600)];
      const distance = circle(512, 512, 300)(x, y);
      if (distance > 60 && a !== 255) throw new Error(`not solid at ${x}, ${y}: ${a}`);
      if (distance < -60 && a !== 0) throw new Error(`a ghost at ${x}, ${y}: ${a}`);
    });
  });

  it('keeps the mask where the image shows no edge', () => {
    const geometry = geometryOf(600, 450);
    const shape = circle(500, 380, 220);
    const logits = logitsOf(shape);
    const grey = pictureOf(shape, geometry, [128, 128, 128], [128, 128, 128]);
    const alpha = wholeAlpha(refineMatte(logits, geometry, grey, null, DEFAULT_EDGE), geometry.imageSizePx);
    const upsampled = upsampleLogits(logits, geometry);
    const wrong = alpha.reduce((sum, a, i) => sum + (a >= 128 === upsampled[i]! > 0 ? 0 : 1), 0);
    const edgePx = (2 * Math.PI * 220 * 600) / 1024;
    // Windows of several cells shorten curves a little.
    expect(wrong / edgePx).toBeLessThan(1);
  });

  it('keeps the plain edge on noise, which explains nothing', () => {
    const geometry = geometryOf(600, 600);
    const logits = logitsOf(circle(512, 512, 300));
    const random = randomBytes(600 * 600 * 4);
    const image = { width: 600, height: 600, data: random };
    const refined = wholeAlpha(
      refineMatte(logits, geometry, image, null, DEFAULT_EDGE),
      geometry.imageSizePx,
    );
    const plain = wholeAlpha(alphaMatte(logits, geometry, null), geometry.imageSizePx);
    const difference = refined.reduce((sum, a, i) => sum + Math.abs(a - plain[i]!) / 255, 0);
    const edgePx = (2 * Math.PI * 300 * 600) / 1024;
    expect(difference / edgePx).toBeLessThan(0.1);
  });

  it('is as hard in front of a pattern as the object is, whose colours the pattern has too', () => {
    const geometry = geometryOf(600, 600);
    const truth = circle(512, 512, 300);
    const random = randomBytes(75 * 75 * 4);
    const data = Uint8Array.from({ length: 600 * 600 * 4 }, (_, i) => {
      const [pixel, channel] = [i >> 2, i & 3];
      const patch = Math.floor(pixel / 600 / 8) * 75 + Math.floor((pixel % 600) / 8);
      const coverage = coverageOf(truth, pixel, 600, 1024 / 600);
      return channel === 3 ? 255 : 120 * coverage + random[patch * 4 + channel]! * (1 - coverage);
    });
    const image = { width: 600, height: 600, data };
    const alpha = wholeAlpha(
      refineMatte(logitsOf(truth), geometry, image, null, DEFAULT_EDGE),
      geometry.imageSizePx,
    );
    const edgePx = (2 * Math.PI * 300 * 600) / 1024;
    const softPx = alpha.reduce((count, a) => count + (a > 12 && a < 243 ? 1 : 0), 0);
    const error = alpha.reduce(
      (sum, a, i) => sum + Math.abs(a / 255 - coverageOf(truth, i, 600, 1024 / 600)),
      0,
    );
    expect(softPx / edgePx).toBeLessThan(2.5);
    expect(error / edgePx).toBeLessThan(0.5);
  });

  it('takes in what the network is unsure of where it has the colours of the object', () => {
    const geometry = geometryOf(600, 450);
    const truth = circle(500, 380, 260);
    // A bite that reaches farther than the band of what is sure, and where the network says no, but faintly.
    const bite = circle(740, 380, 60);
    const whole = logitsOf(truth);
    const bitten = logitsOf(bite);
    const logits = whole.map((logit, i) => (bitten[i]! > 0 && logit > 0 ? -0.5 : logit));
    const image = pictureOf(truth, geometry, RED, BLUE);
    const alpha = wholeAlpha(refineMatte(logits, geometry, image, null, DEFAULT_EDGE), geometry.imageSizePx);
    const truthAt = (i: number) => coverageOf(truth, i, 600, geometry.modelSizePx.width / 600);
    const missing = alpha.reduce((sum, a, i) => sum + Math.max(truthAt(i) - a / 255, 0), 0);
    const before = upsampleLogits(logits, geometry).reduce(
      (sum, logit, i) => sum + Math.max(truthAt(i) - (logit > 0 ? 1 : 0), 0),
      0,
    );
    expect(missing / before).toBeLessThan(0.4);
  });

  it('does not depend on where its tiles lie', () => {
    const geometry = geometryOf(700, 500);
    const truth = turned(box(150, 150, 900, 600), 12, 500, 370);
    const mirrored: Shape = (x, y) => truth(1024 - x, y);
    const image = pictureOf(truth, geometry, RED, [190, 90, 40]);
    const flipped = { ...image, data: flipRows(image.data, 700, 4) };
    const logits = logitsOf((x, y) => truth(x, y) + 5);
    const flippedLogits = logitsOf((x, y) => mirrored(x, y) + 5);
    const alpha = wholeAlpha(refineMatte(logits, geometry, image, null, DEFAULT_EDGE), geometry.imageSizePx);
    const other = flipRows(
      wholeAlpha(refineMatte(flippedLogits, geometry, flipped, null, DEFAULT_EDGE), geometry.imageSizePx),
      700,
      1,
    );
    const worst = alpha.reduce((max, a, i) => Math.max(max, Math.abs(a - other[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('never exceeds the coverage of a clip, and is null when nothing is left', () => {
    const geometry = geometryOf(300, 200);
    const truth = circle(512, 340, 200);
    const image = pictureOf(truth, geometry, RED, BLUE);
    const logits = logitsOf(truth);
    const polygon = (points: [number, number][]) => points.map(([x, y]) => ({ x, y }));
    const half = polygon([
      [150, -10],
      [320, -10],
      [320, 220],
      [150, 220],
    ]);
    const free = wholeAlpha(refineMatte(logits, geometry, image, null, DEFAULT_EDGE), geometry.imageSizePx);
    const clipped = wholeAlpha(
      refineMatte(logits, geometry, image, half, DEFAULT_EDGE),
      geometry.imageSizePx,
    );
    clipped.forEach((a, i) => expect(a).toBe(i % 300 < 150 ? 0 : free[i]));
    expect(
      refineMatte(
        logits,
        geometry,
        image,
        polygon([
          [0, 0],
          [20, 0],
          [20, 20],
        ]),
        DEFAULT_EDGE,
      ),
    ).toBeNull();
    expect(
      refineMatte(
        logits,
        geometry,
        image,
        polygon([
          [0, 0],
          [9, 9],
          [20, 20],
        ]),
        DEFAULT_EDGE,
      ),
    ).toBeNull();
    expect(refineMatte(new Float32Array(65536).fill(-1), geometry, image, null, DEFAULT_EDGE)).toBeNull();
  });
});

/** The same bytes each time (Park and Miller's generator). */
function randomBytes(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state & 255;
  });
}

function flipRows(values: Uint8Array | Uint8ClampedArray, width: number, channels: number): Uint8Array {
  return Uint8Array.from(values, (_, i) => {
    const pixel = Math.floor(i / channels);
    const x = pixel % width;
    return values[(pixel - x + width - 1 - x) * channels + (i % channels)]!;
  });
}
