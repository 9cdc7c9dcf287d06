import { GuidedFilter } from '../../../src/inference/matte/guided-filter.ts';
import { removeSpecks } from '../../../src/inference/mask/remove-specks.ts';
import { sizeInCells } from '../../../src/inference/matte/mask-geometry.ts';
import { refineMatte } from '../../../src/inference/matte/refine-matte.ts';
import { upsampleLogits } from '../../../src/inference/matte/upsample-logits.ts';
import { readColours } from '../../../src/inference/matte/working-scale.ts';
import { DEFAULT_EDGE } from '../../../src/shared/edge-settings.ts';
import { wholeAlpha } from '../../../src/inference/matte/matte.ts';
import type { EdgeSample } from './edge-samples.ts';

/** From 256 x 256 logits to alpha 0..255 [height x width] of the whole image. */
export type EdgeMethod = (sample: Pick<EdgeSample, 'logits' | 'geometry' | 'pixels'>) => Uint8Array;

const GUIDED = { radiusPx: 12, regularisation: 1e-4 };

export const EDGE_METHODS = {
  /** Upsampled logits > 0. */
  bilinear: ({ logits, geometry }) => hardMask(logits, geometry, 255),
  /** The usual remedy: one guided filter on the colours of the whole image. */
  guided: ({ logits, geometry, pixels }) => {
    const sizePx = geometry.imageSizePx;
    const count = sizePx.width * sizePx.height;
    const plane = () => new Float32Array(count);
    const colours = { r: plane(), g: plane(), b: plane() };
    readColours(pixels, { x: 0, y: 0, ...sizePx }, 1, colours);
    const target = Float32Array.from(hardMask(logits, geometry, 1));
    const { radiusPx, regularisation } = GUIDED;
    const model = new GuidedFilter(count).fit(colours, target, sizePx, radiusPx, regularisation);
    const alpha = Uint8ClampedArray.from(
      model.offset,
      (offset, i) =>
        255 *
        (model.r[i]! * colours.r[i]! + model.g[i]! * colours.g[i]! + model.b[i]! * colours.b[i]! + offset),
    );
    return new Uint8Array(alpha.buffer);
  },
  /** As the product does, dust removed first. */
  ours: ({ logits, geometry, pixels }) => {
    const clean = removeSpecks(logits, sizeInCells(geometry.modelSizePx));
    return wholeAlpha(refineMatte(clean, geometry, pixels, null, DEFAULT_EDGE), geometry.imageSizePx);
  },
} as const satisfies Record<string, EdgeMethod>;

export type EdgeMethodName = keyof typeof EDGE_METHODS;

function hardMask(logits: Float32Array, geometry: EdgeSample['geometry'], inside: number): Uint8Array {
  return Uint8Array.from(upsampleLogits(logits, geometry), (logit) => (logit > 0 ? inside : 0));
}
