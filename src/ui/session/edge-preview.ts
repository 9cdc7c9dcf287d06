import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { Rect, Size } from '../../shared/affine.ts';
import { CancelSource } from '../../shared/cancellation.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import type { Retouch } from '../../shared/retouch.ts';
import { toTinyCutError } from '../../shared/errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { LatestWinsLane } from '../latest-wins-lane.ts';
import { maskOf, type MaskTask } from './applying.ts';

/** Finer than the canvas shows at first, and made in hundredths of a second once a mask has been fitted. */
const MAX_SIDE_PX = 768;

/** The edge that a cutout of a mask would get. */
export interface PreviewedEdge {
  /** What was asked about. */
  readonly logits: Float32Array;
  readonly retouch: Retouch;
  /** 0..255, [alphaRect.height x alphaRect.width] */
  readonly alpha: Uint8Array;
  /** Whole pixels of a copy of the image. */
  readonly alphaRect: Rect;
  /** Size of the copy. */
  readonly sizePx: Size;
}

/** Keeps up with the mask on show and with what is wished for its edge. What cannot be previewed is not. */
export class EdgePreview {
  private readonly lane = new LatestWinsLane<'edge'>(['edge']);
  private readonly newest = signal<PreviewedEdge | null>(null);
  private isTooMuch = false;
  /** What is being found; a small object takes seconds, which the next click should not wait for. */
  private finding: { logits: Float32Array; cancel: CancelSource } | null = null;
  private readonly stopFollowing: () => void;

  /** @param edge null while none is to be shown */
  constructor(
    private readonly engine: EngineClient,
    task: ReadonlySignal<MaskTask | null>,
    private readonly edge: ReadonlySignal<EdgeSettings | null>,
  ) {
    this.stopFollowing = effect(() => {
      const [wantedTask, wantedEdge] = [task.value, edge.value];
      untracked(() => {
        if (!wantedEdge) this.newest.value = null;
        // Other wishes for the edge of the same mask profit from what was begun.
        if (!wantedEdge || wantedTask?.logits !== this.finding?.logits) this.finding?.cancel.abort();
        if (!wantedEdge || !wantedTask || this.isTooMuch) this.lane.dropAll();
        else this.lane.submit('edge', () => this.find(wantedTask, wantedEdge));
      });
    });
  }

  /** Of this mask, as it was wished for last; null when it is not known. Reads signals. */
  of(logits: Float32Array, retouch: Retouch): PreviewedEdge | null {
    const newest = this.newest.value;
    return newest?.logits === logits && newest.retouch === retouch ? newest : null;
  }

  dispose(): void {
    this.stopFollowing();
    this.lane.dropAll();
    this.finding?.cancel.abort();
  }

  private async find(task: MaskTask, edge: EdgeSettings): Promise<void> {
    const { logits, retouch, embedded } = task;
    const cancel = new CancelSource();
    this.finding = { logits, cancel };
    try {
      const found = await this.engine.call(
        'previewEdge',
        { imageId: embedded.imageId, ...maskOf(task), edge, maxSidePx: MAX_SIDE_PX },
        { signal: cancel.signal },
      );
      if (this.edge.peek()) this.newest.value = { ...found, logits, retouch };
    } catch (thrown) {
      this.newest.value = null;
      // The worker is replaced, and would run out again and again.
      if (toTinyCutError(thrown).code === 'out-of-memory') this.isTooMuch = true;
    } finally {
      this.finding = null;
    }
  }
}
