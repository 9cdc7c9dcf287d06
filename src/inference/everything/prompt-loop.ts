import type { Point, Rect } from '../../shared/affine.ts';
import type { CancelSignal } from '../../shared/cancellation.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import { letCancelThrough } from '../let-cancel-through.ts';
import { toPromptTokens, type PromptTokens } from '../prompt/prompt-tokens.ts';
import { acceptMasks, reaches, type MaskMeasure, type Thresholds } from './accept-masks.ts';
import type { FoundRegion, Region } from './region.ts';
import { SearchProgress } from './search-progress.ts';

/** Answers B prompts with logits of B x 4 masks, [256 x 256] each, and predicted IoUs [B, 4]. */
export type DecodePrompts = (
  prompts: readonly PromptTokens[],
) => Promise<{ logits: readonly Float32Array[]; predictedIous: Float32Array }>;

/** Asks what there is at a point, or what fills a box that the point is in. */
export interface RegionPrompt {
  imagePoint: Point;
  imageBox: Rect | null;
}

export function pointPrompts(imagePoints: readonly Point[]): RegionPrompt[] {
  return imagePoints.map((imagePoint) => ({ imagePoint, imageBox: null }));
}

export interface RegionProgress {
  /** Share of the search that is done, 0..1; never falls. */
  fraction: number;
  /** Estimate; null before the first answer. */
  remainingMs: number | null;
  /** Those found so far, before the final suppression and clean-up. The same array each time, which only grows. */
  regions: readonly Region[];
}

export type OnRegionProgress = (progress: RegionProgress) => void | Promise<void>;

/**
 * Prompts of a decoder call. Several share the scale of their int8 activations: what a point finds would depend on which
 * others it is asked with, for a hundredth of the time. And no cancel is heard during a call, some 0.1 s for each.
 */
const PROMPTS_PER_CALL = 1;

/** Asks the decoder, a few prompts at a time, and keeps the masks that pass. */
export class PromptLoop {
  readonly found: FoundRegion[] = [];
  askedCount = 0;
  private readonly progress = new SearchProgress();

  constructor(
    private readonly decode: DecodePrompts,
    private readonly geometry: MaskGeometry,
    private readonly options: {
      /** Of what is found. */
      thresholds: Thresholds;
      /** Of what `onRegions` is told, not stricter. */
      hintThresholds: Thresholds;
      measure: (maskLogits: Float32Array) => MaskMeasure | null;
      signal: CancelSignal | undefined;
      /** Awaited. */
      onProgress: OnRegionProgress | undefined;
    },
  ) {}

  /**
   * @param leftAfterwards how many prompts are expected to follow these, for the estimate of the time left
   * @param onRegions told what each call found, and more
   * @throws TinyCutError `cancelled`, and what the decoder throws
   */
  async ask(
    prompts: readonly RegionPrompt[],
    leftAfterwards: () => number = () => 0,
    onRegions?: (regions: readonly FoundRegion[]) => void,
  ): Promise<void> {
    let taken = 0;
    await this.askNext(
      (count) => prompts.slice(taken, (taken += count)),
      () => Math.max(prompts.length - taken, 0) + leftAfterwards(),
      onRegions,
    );
  }

  /**
   * @param nextPrompts chooses the next `count` prompts, or fewer; with none the loop ends
   * @param leftCount how many prompts are expected to follow
   * @param onRegions told what each call found, and more
   * @throws TinyCutError `cancelled`, and what the decoder throws
   */
  async askNext(
    nextPrompts: (count: number) => RegionPrompt[],
    leftCount: () => number,
    onRegions: (regions: readonly FoundRegion[]) => void = () => {},
  ): Promise<void> {
    const { thresholds, hintThresholds, measure, signal, onProgress } = this.options;
    for (;;) {
      await letCancelThrough(signal);
      const prompts = nextPrompts(PROMPTS_PER_CALL);
      if (prompts.length === 0) return;
      const answer = await this.decode(prompts.map((prompt) => this.tokensOf(prompt)));
      const imagePoints = prompts.map(({ imagePoint }) => imagePoint);
      const regions = acceptMasks(answer, imagePoints, measure, hintThresholds);
      this.found.push(...regions.filter((region) => reaches(region, thresholds)));
      this.askedCount += prompts.length;
      onRegions(regions);
      await onProgress?.({ ...this.progress.after(this.askedCount, leftCount()), regions: this.found });
    }
  }

  private tokensOf({ imagePoint, imageBox }: RegionPrompt): PromptTokens {
    const points = [{ ...imagePoint, label: 1 as const }];
    return toPromptTokens({ points, box: imageBox, previousLogits: null }, this.geometry);
  }
}
