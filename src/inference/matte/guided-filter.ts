import { createBoxMean, type BoxMean } from './box-mean.ts';

/** Colour planes 0..1 that a filter follows, [height x width] each. */
export interface ColourPlanes {
  r: Float32Array;
  g: Float32Array;
  b: Float32Array;
}

/** alpha = (r * colour.r + g * colour.g + b * colour.b + offset) / weight, per pixel. */
export interface LinearModel extends ColourPlanes {
  offset: Float32Array;
  /**
   * How far the colours explain the target around a pixel, 0..1. The coefficients are weighted by it: `weight - alpha` is left to
   * what is known otherwise.
   */
  weight: Float32Array;
  /** Share of the target's variance that the colours explain around a pixel, 0..1; 1 where there is nothing to explain. */
  explained: Float32Array;
}

/** Share of the target's variance that the colours of a window must explain to count at all, and to count fully. */
export interface Trust {
  none: number;
  full: number;
}

/** A target that varies less needs no explanation. */
const FLAT_VARIANCE = 1e-4;

/** Of windows: of the colours and the target (m), and of their products. */
const MEANS = ['mr', 'mg', 'mb', 'mt', 'rr', 'rg', 'rb', 'gg', 'gb', 'bb', 'rt', 'gt', 'bt', 'tt'] as const;

/**
 * Fits `target` by a linear function of the colours in each window, and averages the functions of all windows that hold a
 * pixel, each weighted by how much of the target it explains (He, Sun & Tang, "Guided Image Filtering", PAMI 2013, eq. 19-21). Windows end at the border.
 */
export class GuidedFilter {
  readonly model: LinearModel;
  private readonly means: Record<(typeof MEANS)[number], Float32Array>;
  private readonly product: Float32Array;
  private readonly boxMean: BoxMean;

  /** Its memory is used again by every run: 22 floats for each of `maxPixels`. */
  constructor(maxPixels: number) {
    const plane = (): Float32Array => new Float32Array(maxPixels);
    this.model = { r: plane(), g: plane(), b: plane(), offset: plane(), weight: plane(), explained: plane() };
    this.means = Object.fromEntries(MEANS.map((name) => [name, plane()])) as typeof this.means;
    this.product = plane();
    this.boxMean = createBoxMean(maxPixels);
  }

  /**
   * @param target [height x width], 0..1
   * @param radiusPx windows have 2 radiusPx + 1 pixels a side
   * @param regularisation as epsilon in the paper, for colours of 0..1
   * @param trust null to count all windows fully, as in the paper
   * @returns `model`, overwritten by the next run
   */
  fit(
    guide: ColourPlanes,
    target: Float32Array,
    { width, height }: { width: number; height: number },
    radiusPx: number,
    regularisation: number,
    trust: Trust | null = null,
  ): LinearModel {
    const { product, boxMean, model } = this;
    const count = width * height;
    const { r, g, b } = guide;
    const mean = (source: Float32Array, out: Float32Array): void =>
      boxMean(source, out, width, height, radiusPx);
    const meanOfProduct = (a: Float32Array, c: Float32Array, out: Float32Array): void => {
      for (let i = 0; i < count; i++) product[i] = a[i]! * c[i]!;
      mean(product, out);
    };
    const { mr, mg, mb, mt, rr, rg, rb, gg, gb, bb, rt, gt, bt, tt } = this.means;
    mean(r, mr);
    mean(g, mg);
    mean(b, mb);
    mean(target, mt);
    meanOfProduct(r, r, rr);
    meanOfProduct(r, g, rg);
    meanOfProduct(r, b, rb);
    meanOfProduct(g, g, gg);
    meanOfProduct(g, b, gb);
    meanOfProduct(b, b, bb);
    meanOfProduct(r, target, rt);
    meanOfProduct(g, target, gt);
    meanOfProduct(b, target, bt);
    meanOfProduct(target, target, tt);
    for (let i = 0; i < count; i++) {
      const [cr, cg, cb, ct] = [mr[i]!, mg[i]!, mb[i]!, mt[i]!];
      const vrr = rr[i]! - cr * cr + regularisation;
      const vrg = rg[i]! - cr * cg;
      const vrb = rb[i]! - cr * cb;
      const vgg = gg[i]! - cg * cg + regularisation;
      const vgb = gb[i]! - cg * cb;
      const vbb = bb[i]! - cb * cb + regularisation;
      const covR = rt[i]! - cr * ct;
      const covG = gt[i]! - cg * ct;
      const covB = bt[i]! - cb * ct;
      const irr = vgg * vbb - vgb * vgb;
      const irg = vrb * vgb - vrg * vbb;
      const irb = vrg * vgb - vrb * vgg;
      const igg = vrr * vbb - vrb * vrb;
      const igb = vrb * vrg - vrr * vgb;
      const ibb = vrr * vgg - vrg * vrg;
      const scale = 1 / (vrr * irr + vrg * irg + vrb * irb);
      const ar = scale * (irr * covR + irg * covG + irb * covB);
      const ag = scale * (irg * covR + igg * covG + igb * covB);
      const ab = scale * (irb * covR + igb * covG + ibb * covB);
      const variance = tt[i]! - ct * ct;
      const explained =
        variance > FLAT_VARIANCE ? Math.min((ar * covR + ag * covG + ab * covB) / variance, 1) : 1;
      const weight = trust ? weightOf(explained, trust) : 1;
      rt[i] = weight * ar;
      gt[i] = weight * ag;
      bt[i] = weight * ab;
      mt[i] = weight * (ct - ar * cr - ag * cg - ab * cb);
      tt[i] = weight;
      rr[i] = explained;
    }
    mean(rt, model.r);
    mean(gt, model.g);
    mean(bt, model.b);
    mean(mt, model.offset);
    mean(tt, model.weight);
    mean(rr, model.explained);
    return model;
  }
}

function weightOf(explained: number, { none, full }: Trust): number {
  return Math.min(Math.max((explained - none) / (full - none), 0), 1);
}
