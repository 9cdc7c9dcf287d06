import { createBoxMean, type BoxMean } from './box-mean.ts';

/** Colour planes 0..1 that a filter follows, [height x width] each. */
export interface ColourPlanes {
  r: Float32Array;
  g: Float32Array;
  b: Float32Array;
}

/** alpha = r * colour.r + g * colour.g + b * colour.b + offset, per pixel. */
export interface LinearModel extends ColourPlanes {
  offset: Float32Array;
}

/** Of windows: of the colours and the target (m), and of their products. */
const MEANS = ['mr', 'mg', 'mb', 'mt', 'rr', 'rg', 'rb', 'gg', 'gb', 'bb', 'rt', 'gt', 'bt'] as const;

/**
 * Fits `target` by a linear function of the colours in each window, and averages the functions of all windows that hold a
 * pixel (He, Sun & Tang, "Guided Image Filtering", PAMI 2013, eq. 19-21). Windows end at the border.
 */
export class GuidedFilter {
  readonly model: LinearModel;
  private readonly means: Record<(typeof MEANS)[number], Float32Array>;
  private readonly product: Float32Array;
  private readonly boxMean: BoxMean;

  /** Its memory is used again by every run: 19 floats for each of `maxPixels`. */
  constructor(maxPixels: number) {
    const plane = (): Float32Array => new Float32Array(maxPixels);
    this.model = { r: plane(), g: plane(), b: plane(), offset: plane() };
    this.means = Object.fromEntries(MEANS.map((name) => [name, plane()])) as typeof this.means;
    this.product = plane();
    this.boxMean = createBoxMean(maxPixels);
  }

  /**
   * @param target [height x width], 0..1
   * @param radiusPx windows have 2 radiusPx + 1 pixels a side
   * @param regularisation as epsilon in the paper, for colours of 0..1
   * @returns `model`, overwritten by the next run
   */
  fit(
    guide: ColourPlanes,
    target: Float32Array,
    { width, height }: { width: number; height: number },
    radiusPx: number,
    regularisation: number,
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
    const { mr, mg, mb, mt, rr, rg, rb, gg, gb, bb, rt, gt, bt } = this.means;
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
      rt[i] = ar;
      gt[i] = ag;
      bt[i] = ab;
      mt[i] = ct - ar * cr - ag * cg - ab * cb;
    }
    mean(rt, model.r);
    mean(gt, model.g);
    mean(bt, model.b);
    mean(mt, model.offset);
    return model;
  }
}
