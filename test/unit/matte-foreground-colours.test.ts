import { describe, expect, it } from 'vitest';
import { writeForegroundColours } from '../../src/inference/matte/foreground-colours.ts';

const [WIDTH, HEIGHT] = [300, 280];
const RECT = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
type Colour = readonly [number, number, number];

/** A ball with a rim of `softPx`, in a picture that is wider than a tile. */
function alphaOf(softPx: number): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [(i % WIDTH) + 0.5 - 150, Math.floor(i / WIDTH) + 0.5 - 140];
    return Math.round(255 * Math.min(Math.max((110 - Math.hypot(x, y)) / softPx + 0.5, 0), 1));
  });
}

/** Shaded, striped where it is in front, plain where it is behind. */
function front(x: number, y: number): Colour {
  const stripe = 20 * Math.sin(x / 9 + y / 14);
  return [150 + x / 4 + stripe, 90 + y / 5 + stripe, 40];
}
function behind(x: number, y: number): Colour {
  return [30 + y / 8, 120, 140 + x / 4];
}

function composite(alpha: Uint8Array, opacity: (pixel: number) => number = () => 255) {
  const image = new Uint8Array(WIDTH * HEIGHT * 4);
  const foreground = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const [on, off, share] = [front(x, y), behind(x, y), alpha[i]! / 255];
    for (let c = 0; c < 3; c++) {
      foreground[i * 4 + c] = on[c]!;
      image[i * 4 + c] = Math.round(share * on[c]! + (1 - share) * off[c]!);
    }
    image[i * 4 + 3] = opacity(i);
    if (image[i * 4 + 3] === 0) image.fill(0, i * 4, i * 4 + 3);
  }
  return { image: { width: WIDTH, height: HEIGHT, data: image }, foreground };
}

function treated(image: { width: number; height: number; data: Uint8Array }, alpha: Uint8Array): Uint8Array {
  const data = image.data.map((value, at) =>
    at % 4 === 3 ? Math.round((value * alpha[at >> 2]!) / 255) : value,
  );
  writeForegroundColours(image, { alpha, imageRect: RECT }, RECT, data);
  return data;
}

/** Mean difference in grey levels where the rim is soft and `isAsked`. */
function errorOf(
  data: Uint8Array,
  truth: Uint8Array,
  alpha: Uint8Array,
  isAsked: (pixel: number) => boolean = () => true,
): number {
  let [sum, count] = [0, 0];
  alpha.forEach((value, i) => {
    if (value < 13 || value > 242 || !isAsked(i)) return;
    for (let c = 0; c < 3; c++) sum += Math.abs(data[i * 4 + c]! - truth[i * 4 + c]!);
    count += 3;
  });
  return sum / count;
}

describe('colours of an edge', () => {
  it.each([2, 12, 40])('come much nearer to the object’s own, on a rim of %i px', (softPx) => {
    const alpha = alphaOf(softPx);
    const { image, foreground } = composite(alpha);
    const untreated = errorOf(image.data, foreground, alpha);
    expect(untreated).toBeGreaterThan(20);
    expect(errorOf(treated(image, alpha), foreground, alpha) / untreated).toBeLessThan(0.25);
  });

  it('are left alone, with alpha, where the object covers all or nothing', () => {
    const alpha = alphaOf(12);
    const { image } = composite(alpha);
    const data = treated(image, alpha);
    const changes = Array.from(alpha.keys()).filter((i) =>
      [0, 1, 2].some((c) => data[i * 4 + c] !== image.data[i * 4 + c]),
    );
    expect(changes.length).toBeGreaterThan(1000);
    expect(changes.filter((i) => alpha[i] === 0 || alpha[i] === 255)).toEqual([]);
    expect(data.filter((_, at) => at % 4 === 3)).toEqual(alpha);
  });

  it('stay what they are where there is the same colour on both sides', () => {
    const alpha = alphaOf(12);
    const data = new Uint8Array(WIDTH * HEIGHT * 4).map((_, at) => [0, 128, 255, 255][at % 4]!);
    const before = { width: WIDTH, height: HEIGHT, data };
    const isColour = (_: number, at: number) => at % 4 !== 3;
    expect(treated(before, alpha).filter(isColour)).toEqual(data.filter(isColour));
  });

  it('mirror with the picture', () => {
    const alpha = alphaOf(12);
    const { image } = composite(alpha);
    const flipped = { ...image, data: flipRows(image.data, 4) };
    const back = flipRows(treated(flipped, flipRows(alpha, 1)), 4);
    const data = treated(image, alpha);
    // As it is seen: tiles and halves of odd sizes do not mirror quite.
    const worst = data.reduce(
      (max, value, at) => Math.max(max, (Math.abs(value - back[at]!) * alpha[at >> 2]!) / 255),
      0,
    );
    expect(errorOf(back, data, alpha)).toBeLessThan(1);
    expect(worst).toBeLessThan(5);
  });

  it('take nothing from pixels that the image does not show', () => {
    const alpha = alphaOf(12);
    const isShown = (i: number) => i % WIDTH < 150;
    const { image, foreground } = composite(alpha, (i) => (isShown(i) ? 255 : 0));
    const data = treated(image, alpha);
    const error = (values: Uint8Array) => errorOf(values, foreground, alpha, isShown);
    expect(error(data) / error(image.data)).toBeLessThan(0.25);
    expect(data.some((value, at) => !isShown(at >> 2) && value !== 0)).toBe(false);
  });
});

function flipRows(values: Uint8Array, channels: number): Uint8Array {
  return values.map((_, at) => {
    const pixel = Math.floor(at / channels);
    const x = pixel % WIDTH;
    return values[(pixel + WIDTH - 1 - 2 * x) * channels + (at % channels)]!;
  });
}
