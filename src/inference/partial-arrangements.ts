import type { CancelSignal } from '../shared/cancellation.ts';
import type { Arrangement } from '../shared/engine-contract.ts';
import { arrangeLayers } from './layers/arrange-layers.ts';
import { nestRegions, type RegionMask } from './layers/nest-regions.ts';
import { letCancelThrough } from './let-cancel-through.ts';
import { sizeInCells, type MaskGeometry } from './matte/mask-geometry.ts';

/** Arranging what was found so far takes 50 to 300 ms of the search's own thread, of which it has a tenth at most. */
const EVERY_MS = 1500;
const SHARE = 0.1;

/** What a search has found so far, as layers, now and then. */
export class PartialArrangements {
  private dueAt = performance.now() + EVERY_MS;

  constructor(
    private readonly geometry: MaskGeometry,
    private readonly signal: CancelSignal | undefined,
  ) {}

  /**
   * @returns null while the next is not due
   * @throws TinyCutError `cancelled`
   */
  async next(regions: readonly RegionMask[]): Promise<Arrangement | null> {
    if (performance.now() < this.dueAt) return null;
    const startedAt = performance.now();
    await letCancelThrough(this.signal);
    const nested = nestRegions(regions, sizeInCells(this.geometry.modelSizePx));
    await letCancelThrough(this.signal);
    const arrangement = arrangeLayers(nested, 1, this.geometry);
    const endedAt = performance.now();
    this.dueAt = endedAt + Math.max(EVERY_MS, (endedAt - startedAt) / SHARE);
    return arrangement;
  }
}
