import type { Point } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import { createConvexClip, type ConvexClip } from '../matte/convex-clip.ts';
import { cellSideInImagePx, type MaskGeometry } from '../matte/mask-geometry.ts';
import type { Matte } from '../matte/matte.ts';
import { trimAlpha } from '../matte/trim-alpha.ts';
import type { RgbaPixels } from '../matte/working-scale.ts';
import { fitLayerEdge } from './fit-layer-edge.ts';
import type { LayerFields } from './layer-fields.ts';
import { widened } from './widened.ts';

/**
 * How far a layer goes on, opaque, below the edges of those above it; then it fades over 2 px. Enough to leave no hairline
 * when a large image is shown at the size of a screen.
 */
const UNDERLAP_MODEL_PX = 1.5;
const MIN_UNDERLAP_PX = 2;
/** Less alpha than this is only the noise of an edge that belongs to others: nothing goes on below it. */
const MIN_ADDED_ALPHA = 96;

/**
 * Full-resolution alpha of the layers of a stack, from front to back, with edges that are fitted to the image. Below the edges of
 * the layers above it, a layer goes on a little, opaque: so all layers over one another are opaque everywhere, and no hairline
 * shows between them.
 */
export class LayerMattes {
  /** Of the whole image: the largest alpha of the layers so far. */
  private readonly cover: Uint8Array;
  private readonly underlapPx: number;
  /** Null where nothing is left out. */
  private readonly clip: ConvexClip | null;
  /** Whether everything is. */
  private readonly isAllClipped: boolean;

  /** @param clipImagePolygon as for `alphaMatte` */
  constructor(
    private readonly pixels: RgbaPixels,
    private readonly geometry: MaskGeometry,
    clipImagePolygon: readonly Point[] | null,
  ) {
    this.clip = clipImagePolygon && createConvexClip(clipImagePolygon);
    this.isAllClipped = clipImagePolygon !== null && this.clip === null;
    const { width, height } = geometry.imageSizePx;
    this.cover = new Uint8Array(width * height);
    this.underlapPx = Math.max(
      Math.round((UNDERLAP_MODEL_PX / CELL_MODEL_PX) * cellSideInImagePx(geometry)),
      MIN_UNDERLAP_PX,
    );
  }

  /**
   * @param fields of the layer after the one of the last call, as `layerFields` gives them
   * @param labels [256 x 256], of the stack
   * @returns null when nothing of the layer can be seen
   */
  next(fields: LayerFields, labels: Uint8Array): Matte | null {
    if (this.isAllClipped) return null;
    const matte = fitLayerEdge(fields, labels, this.pixels, this.geometry, this.clip);
    if (!matte) return null;
    const seen = this.cutBelow(matte);
    this.addToCover(matte);
    return trimAlpha(seen);
  }

  /** Takes away what adds nothing to the cover, but for the underlap around what does. */
  private cutBelow(matte: Matte): Matte {
    const { x, y, width, height } = matte.imageRect;
    const stride = this.geometry.imageSizePx.width;
    // With a frame, in which the layer ends: the fade looks at a pixel's neighbours.
    const [framedWidth, framedHeight] = [width + 2, height + 2];
    const adds = new Uint8Array(framedWidth * framedHeight);
    const alpha = new Uint8Array(matte.alpha.length);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const covered = this.cover[(y + row) * stride + x + column]!;
        const own = matte.alpha[row * width + column]!;
        if (own > covered) alpha[row * width + column] = own;
        if (own >= covered + MIN_ADDED_ALPHA) adds[(row + 1) * framedWidth + column + 1] = 1;
      }
    }
    const size = { width: framedWidth, height: framedHeight };
    const isKept = widened(adds, size, this.underlapPx + 1);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        let kept = 0;
        for (let v = row; v <= row + 2; v++) {
          for (let u = column; u <= column + 2; u++) kept += isKept[v * framedWidth + u]!;
        }
        const pixel = row * width + column;
        const faded = Math.min(matte.alpha[pixel]!, Math.round((255 * kept) / 9));
        alpha[pixel] = Math.max(alpha[pixel]!, faded);
      }
    }
    return { alpha, imageRect: matte.imageRect };
  }

  private addToCover({ alpha, imageRect: { x, y, width, height } }: Matte): void {
    const stride = this.geometry.imageSizePx.width;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const at = (y + row) * stride + x + column;
        this.cover[at] = Math.max(this.cover[at]!, alpha[row * width + column]!);
      }
    }
  }
}
