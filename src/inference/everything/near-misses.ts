import type { Point, Rect } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import { reaches, type Thresholds } from './accept-masks.ts';
import type { RegionPrompt } from './prompt-loop.ts';
import type { FoundRegion } from './region.ts';
import { boxIou, suppressBoxes } from './suppress-boxes.ts';

/** What is kept of a near miss: its logits, a quarter of a megabyte, are not needed. */
type NearMiss = Pick<FoundRegion, 'predictedIou' | 'stabilityScore' | 'cellBox'> & { imagePoint: Point };

/**
 * Masks that nearly pass, to be asked for once more by their point and the box around them. A point alone leaves open what
 * is meant, and its masks waver; with the box the same thing comes out surer, and often passes. Ours: neither SAM nor
 * TinySAM does it.
 */
export class NearMisses {
  private readonly candidates: NearMiss[] = [];

  /**
   * @param thresholds of what passes; those who do are no near misses
   * @param maxBoxIou of two boxes that overlap more one is asked
   */
  constructor(
    private readonly geometry: MaskGeometry,
    private readonly thresholds: Thresholds,
    private readonly maxBoxIou: number,
  ) {}

  add(regions: readonly FoundRegion[]): void {
    for (const { predictedIou, stabilityScore, cellBox, imagePoint } of regions) {
      if (reaches({ predictedIou, stabilityScore }, this.thresholds)) continue;
      this.candidates.push({ predictedIou, stabilityScore, cellBox, imagePoint });
    }
  }

  /**
   * @param found what needs not be asked for any more
   * @returns a prompt for each thing that was missed, those that came nearest first
   */
  prompts(found: readonly { cellBox: Rect }[]): RegionPrompt[] {
    const missed = this.candidates.filter(({ cellBox }) =>
      found.every((region) => boxIou(region.cellBox, cellBox) <= this.maxBoxIou),
    );
    const distinct = suppressBoxes(
      missed,
      ({ predictedIou, stabilityScore }) => predictedIou * stabilityScore,
      this.maxBoxIou,
    );
    return distinct.map(({ cellBox, imagePoint }) => ({ imagePoint, imageBox: this.imageBoxOf(cellBox) }));
  }

  private imageBoxOf({ x, y, width, height }: Rect): Rect {
    const { imageSizePx, modelSizePx } = this.geometry;
    const scaleX = (CELL_MODEL_PX * imageSizePx.width) / modelSizePx.width;
    const scaleY = (CELL_MODEL_PX * imageSizePx.height) / modelSizePx.height;
    return { x: x * scaleX, y: y * scaleY, width: width * scaleX, height: height * scaleY };
  }
}
