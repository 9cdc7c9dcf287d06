import type { Rect } from '../../shared/affine.ts';
import { ColourOdds } from './colour-odds.ts';
import { grown, intersectRects, wholePixels } from './convex-clip.ts';
import type { createModelEvaluator } from './evaluate-model.ts';
import { GuidedFilter, type ColourPlanes } from './guided-filter.ts';
import { createLogitSampler } from './logit-sampler.ts';
import { cellSideInImagePx, type MaskGeometry } from './mask-geometry.ts';
import { readColours, workingScale, workingSize, type RgbaPixels } from './working-scale.ts';

/** Windows of each fit in cells of the logits, coarse to fine, and how much its result is steepened for the next. */
export const FITS = {
  radiiCells: [5, 2.5],
  steepness: 3,
  /** As epsilon of the guided filter. */
  regularisation: 1e-4,
  /** Of each fit. */
  trusts: [
    { none: 0.03, full: 0.15 },
    { none: 0.08, full: 0.25 },
  ],
  /** How much steeper alpha gets where colours explain `least` of it or less; where they explain `most`, it stays. */
  hardening: { least: 0.3, most: 0.8, steepness: 4 },
};

/** How far away a cell has an influence on a fit: windows of windows. */
export const FIT_REACH_CELLS = 2 * FITS.radiiCells.reduce((sum, radius) => sum + radius, 0);

/** Side of the tiles in working pixels, without what they see around them. */
const TILE_WORKING_PX = 256;

/** What is known of a mask per cell, [256 x 256] each. */
export interface MaskCells {
  logits: Float32Array;
  /** 1 where alpha is fitted, 0 elsewhere. */
  band: Float32Array;
  geometry: MaskGeometry;
}

/** Fits the alpha of one tile after the other to the image's colours, in the same memory. */
export class TileFitter {
  /** In image pixels: what a tile may be at most. */
  readonly tileSidePx: number;
  private readonly scale: number;
  private readonly radiiPx: number[];
  private readonly filter: GuidedFilter;
  private readonly colours: ColourPlanes;
  private readonly colourOdds: ColourOdds;
  private readonly odds: Float32Array;
  private readonly logits: Float32Array;
  private readonly band: Float32Array;
  private readonly target: Float32Array;

  constructor(
    private readonly image: RgbaPixels,
    readonly cells: MaskCells,
  ) {
    this.scale = workingScale(cells.geometry);
    this.tileSidePx = TILE_WORKING_PX * this.scale;
    const cellWorkingPx = cellSideInImagePx(cells.geometry) / this.scale;
    this.radiiPx = FITS.radiiCells.map((radius) => Math.max(1, Math.round(radius * cellWorkingPx)));
    const sidePx = TILE_WORKING_PX + 2 * (this.marginPx + 1);
    const plane = (): Float32Array => new Float32Array(sidePx * sidePx);
    this.filter = new GuidedFilter(sidePx * sidePx);
    this.colours = { r: plane(), g: plane(), b: plane() };
    [this.logits, this.band, this.target, this.odds] = [plane(), plane(), plane(), plane()];
    this.colourOdds = new ColourOdds(image, cells.logits, cells.geometry);
  }

  /** How far away a pixel has an influence, in working pixels: windows of windows. */
  private get marginPx(): number {
    return 1 + this.radiiPx.reduce((sum, radius) => sum + 2 * radius, 0);
  }

  /**
   * @param imageRect part of a tile
   * @returns alpha as a function of colours, and where; overwritten by the next call
   */
  fit(imageRect: Rect): Parameters<typeof createModelEvaluator> {
    const { scale, marginPx, logits, band, target, odds, colours, filter } = this;
    const seen = this.workingRect(imageRect, marginPx);
    const count = seen.width * seen.height;
    readColours(this.image, seen, scale, colours);
    this.sample(seen, this.cells.logits, logits);
    this.sample(seen, this.cells.band, band);
    this.colourOdds.read(colours, count, odds);
    for (let i = 0; i < count; i++) {
      target[i] = inBand(logits[i]! + odds[i]! > 0 ? 1 : 0, logits[i]! > 0 ? 1 : 0, band[i]!);
    }
    for (const [n, radiusPx] of this.radiiPx.entries()) {
      const { r, g, b, offset, weight } = filter.fit(
        colours,
        target,
        seen,
        radiusPx,
        FITS.regularisation,
        FITS.trusts[n],
      );
      if (n === this.radiiPx.length - 1) break;
      for (let i = 0; i < count; i++) {
        const fitted = r[i]! * colours.r[i]! + g[i]! * colours.g[i]! + b[i]! * colours.b[i]! + offset[i]!;
        const hard = logits[i]! > 0 ? 1 : 0;
        const blended = blendedAlpha(fitted, weight[i]!, target[i]!);
        target[i] = inBand(steepened(blended, FITS.steepness), hard, band[i]!);
      }
    }
    return [filter.model, seen, scale, this.image];
  }

  private workingRect(imageRect: Rect, marginPx: number): Rect {
    const { scale } = this;
    const rect = wholePixels({
      x: imageRect.x / scale,
      y: imageRect.y / scale,
      width: imageRect.width / scale,
      height: imageRect.height / scale,
    });
    return intersectRects(grown(rect, marginPx), {
      x: 0,
      y: 0,
      ...workingSize(this.cells.geometry.imageSizePx, scale),
    })!;
  }

  private sample({ x, y, width, height }: Rect, cells: Float32Array, out: Float32Array): void {
    const centres = (first: number, count: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) => (first + i + 0.5) * this.scale);
    const sampleRow = createLogitSampler(cells, this.cells.geometry, centres(x, width), centres(y, height));
    for (let row = 0; row < height; row++) sampleRow(row, out.subarray(row * width, (row + 1) * width));
  }
}

/** Farther from a half, clamped to 0..1. */
export function steepened(alpha: number, steepness: number): number {
  return Math.min(Math.max((alpha - 0.5) * steepness + 0.5, 0), 1);
}

/**
 * How much steeper a fitted alpha has to be. Hair and blur mix two colours, which explains nearly all of alpha; along the edge of a
 * hard object in front of something patterned, what colours leave unexplained comes out as haze.
 * @param weight of what was fitted, 0..1: the plain alpha is as steep as it should be
 * @param explained share of the variance, 0..1
 */
export function hardeningOf(weight: number, explained: number): number {
  const { least, most, steepness } = FITS.hardening;
  const unexplained = Math.min(Math.max((most - explained) / (most - least), 0), 1);
  return steepness ** (weight * unexplained);
}

/**
 * What was fitted as far as the colours explain it, and the plain alpha for the rest.
 * @param weightedAlpha times `weight`, not clamped
 */
export function blendedAlpha(weightedAlpha: number, weight: number, plain: number): number {
  return Math.min(Math.max(weightedAlpha, 0), weight) + (1 - weight) * plain;
}

/**
 * Alpha in the band, and the plain one outside of it.
 * @param band 0..1
 */
export function inBand(alpha: number, plain: number, band: number): number {
  return alpha * band + plain * (1 - band);
}
