import type { Rect } from '../../shared/affine.ts';
import { colourLevels, type ColourLevel } from './colour-levels.ts';
import type { Matte } from './matte.ts';
import type { RgbaPixels } from './working-scale.ts';

/** How much neighbours are to be alike where alpha is even; where it is not, its difference is added. */
const SMOOTHNESS = 1e-5;
/** Levels of at most this side are cheap, and pass colours on the farthest. */
const SMALL_PX = 32;
const STEPS = { small: 10, large: 6 };

/** Colours 0..1, [height x width x 3] each. */
interface Estimate {
  foreground: Float32Array;
  background: Float32Array;
}

/**
 * Colours of what covers pixels in part, and of what is behind it: those that mix to the image's own, and are as even as can
 * be, above all where alpha is not. Solved from coarse to fine, a few steps each (Germer, Uelwer, Conrad and Harmeling,
 * "Fast Multi-Level Foreground Estimation", ICPR 2020), by Jacobi's method, so that no direction is preferred.
 * @param seen whole pixels inside of the image
 * @returns the foreground's, 0..1 [seen.height x seen.width x 3]; the image's own where alpha is 1
 */
export function foregroundIn(image: RgbaPixels, matte: Matte, seen: Rect): Float32Array {
  const levels = colourLevels(image, matte, seen);
  const coarsest = levels.pop()!;
  let estimate: Estimate = { foreground: coarsest.colours, background: coarsest.colours };
  let { width } = coarsest;
  for (const level of levels.reverse()) {
    estimate = solved(level, estimate, width);
    width = level.width;
  }
  return estimate.foreground;
}

function solved(level: ColourLevel, coarse: Estimate, coarseWidth: number): Estimate {
  const { width, height, colours, alpha, opacity } = level;
  const [foreground, background] = [colours.slice(), colours.slice()];
  const mixed: number[] = [];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const from = ((y >> 1) * coarseWidth + (x >> 1)) * 3;
      const isClear = opacity[i]! < 1;
      if (isClear || (alpha[i]! > 0 && alpha[i]! < 1)) mixed.push(i);
      for (let c = 0; c < 3; c++) {
        if (isClear || alpha[i]! < 1) foreground[i * 3 + c] = coarse.foreground[from + c]!;
        if (isClear || alpha[i]! > 0) background[i * 3 + c] = coarse.background[from + c]!;
      }
    }
  }
  const steps = Math.max(width, height) <= SMALL_PX ? STEPS.small : STEPS.large;
  const links = linksOf(level, mixed);
  const next = new Float32Array(mixed.length * 6);
  for (let n = 0; n < steps; n++) step(level, { foreground, background }, mixed, links, next);
  return { foreground, background };
}

/** The four neighbours of each of some pixels, [count x 4]. */
interface Links {
  pixels: Int32Array;
  /** How much each is to be alike; they sum to more than 0. */
  weights: Float32Array;
}

function linksOf({ width, height, alpha }: ColourLevel, mixed: readonly number[]): Links {
  const pixels = new Int32Array(mixed.length * 4);
  const weights = new Float32Array(mixed.length * 4);
  for (let n = 0, to = 0; n < mixed.length; n++) {
    const i = mixed[n]!;
    const x = i % width;
    const link = (isIn: boolean, neighbour: number): void => {
      pixels[to] = isIn ? neighbour : i;
      weights[to++] = isIn ? SMOOTHNESS + Math.abs(alpha[i]! - alpha[neighbour]!) : 0;
    };
    link(x > 0, i - 1);
    link(x < width - 1, i + 1);
    link(i >= width, i - width);
    link(i < width * (height - 1), i + width);
  }
  return { pixels, weights };
}

/**
 * @param mixed pixels to improve, which all look at what the others were before
 * @param next [mixed.length x 6], room for what they become
 */
function step(
  { colours, alpha, opacity }: ColourLevel,
  { foreground, background }: Estimate,
  mixed: readonly number[],
  { pixels, weights }: Links,
  next: Float32Array,
): void {
  for (let n = 0; n < mixed.length; n++) {
    const i = mixed[n]!;
    const at = n * 4;
    const weight = weights[at]! + weights[at + 1]! + weights[at + 2]! + weights[at + 3]!;
    const w0 = weights[at]! / weight;
    const w1 = weights[at + 1]! / weight;
    const w2 = weights[at + 2]! / weight;
    const w3 = weights[at + 3]! / weight;
    const cover = alpha[i]!;
    const rest = 1 - cover;
    const gain = opacity[i]! / (weight + opacity[i]! * (cover * cover + rest * rest));
    let n0 = pixels[at]! * 3;
    let n1 = pixels[at + 1]! * 3;
    let n2 = pixels[at + 2]! * 3;
    let n3 = pixels[at + 3]! * 3;
    for (let c = 0; c < 3; c++, n0++, n1++, n2++, n3++) {
      // Least squares in two unknowns: the neighbours' means, moved so that they mix to the image's colour.
      const front = w0 * foreground[n0]! + w1 * foreground[n1]! + w2 * foreground[n2]! + w3 * foreground[n3]!;
      const back = w0 * background[n0]! + w1 * background[n1]! + w2 * background[n2]! + w3 * background[n3]!;
      const missing = gain * (colours[i * 3 + c]! - cover * front - rest * back);
      next[n * 6 + c] = Math.min(Math.max(front + missing * cover, 0), 1);
      next[n * 6 + 3 + c] = Math.min(Math.max(back + missing * rest, 0), 1);
    }
  }
  for (let n = 0; n < mixed.length; n++) {
    for (let c = 0; c < 3; c++) {
      foreground[mixed[n]! * 3 + c] = next[n * 6 + c]!;
      background[mixed[n]! * 3 + c] = next[n * 6 + 3 + c]!;
    }
  }
}
