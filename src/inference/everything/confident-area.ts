import type { Point } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { createLogitSampler } from '../matte/logit-sampler.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';

/**
 * Where some region is certain to be: TinySAM's high-confidence area. It keeps the largest logit that any region has
 * at a cell, which stands for all of them: enlarged and cut at a threshold, it is the union of the regions enlarged and cut
 * alone, but for a pixel where two of them meet.
 */
export class ConfidentArea {
  /** [256 x 256] */
  readonly largestLogits = new Float32Array(LOGITS_SIDE * LOGITS_SIDE).fill(-Infinity);
  private isEmpty = true;

  /**
   * @param geometry of the image
   * @param minLogit what counts as certain
   */
  constructor(
    private readonly geometry: MaskGeometry,
    private readonly minLogit: number,
  ) {}

  /** @param logits [256 x 256] */
  add(logits: Float32Array): void {
    this.isEmpty = false;
    for (let cell = 0; cell < logits.length; cell++) {
      if (logits[cell]! > this.largestLogits[cell]!) this.largestLogits[cell] = logits[cell]!;
    }
  }

  /** Whether the pixel that the point lies in is certain. */
  covers(imagePoint: Point): boolean {
    if (this.isEmpty) return false;
    const centre = (position: number) => Float64Array.of(Math.floor(position) + 0.5);
    const sampled = new Float32Array(1);
    createLogitSampler(
      this.largestLogits,
      this.geometry,
      centre(imagePoint.x),
      centre(imagePoint.y),
    )(0, sampled);
    return sampled[0]! > this.minLogit;
  }
}
