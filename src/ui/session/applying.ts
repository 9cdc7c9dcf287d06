import { signal, type ReadonlySignal } from '@preact/signals';
import type { Point, Size } from '../../shared/affine.ts';
import { MODEL_SIDE_PX, type EmbeddedImage } from '../../shared/engine-contract.ts';
import { toTinyCutError, type TinyCutError } from '../../shared/errors.ts';
import type { ImageSource, Output, OutputKind } from '../../shared/host-contract.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { HostChannel } from '../host/host-port.ts';

export type ApplyState =
  | { phase: 'idle' }
  | { phase: 'making' | 'placing'; kind: OutputKind }
  | { phase: 'done'; kind: OutputKind; notice: string | null }
  | { phase: 'failed'; kind: OutputKind; error: TinyCutError };

export interface ApplyRequest {
  kind: OutputKind;
  source: ImageSource;
  embedded: EmbeddedImage;
  /** [256 x 256] */
  logits: Float32Array;
  clipImagePolygon: readonly Point[] | null;
}

/** Figma's `createImage` takes no larger image. */
const MAX_TILE_SIDE_PX = 4096;

/** Makes a result at full resolution and has the host place it. One at a time. */
export class Applying {
  private readonly currentState = signal<ApplyState>({ phase: 'idle' });
  readonly state: ReadonlySignal<ApplyState> = this.currentState;

  constructor(
    private readonly engine: EngineClient,
    private readonly host: HostChannel,
  ) {}

  get isBusy(): boolean {
    const { phase } = this.currentState.value;
    return phase === 'making' || phase === 'placing';
  }

  /** @returns the ids of the nodes made; null when it failed (see `state`) or one is already under way */
  async apply(request: ApplyRequest): Promise<readonly string[] | null> {
    if (this.isBusy) return null;
    const { kind, source, embedded } = request;
    this.currentState.value = { phase: 'making', kind };
    try {
      const output = await this.make(request);
      this.currentState.value = { phase: 'placing', kind };
      const { nodeIds, notice } = await this.host.call(
        'placeOutput',
        { source, imageSizePx: embedded.imageSizePx, output },
        { transfer: output.kind === 'cutout' ? output.tiles.map(({ png }) => png.buffer) : [] },
      );
      this.currentState.value = { phase: 'done', kind, notice };
      return nodeIds;
    } catch (thrown) {
      this.currentState.value = { phase: 'failed', kind, error: toTinyCutError(thrown) };
      return null;
    }
  }

  /** Forgets the last outcome. */
  settle(): void {
    if (!this.isBusy) this.currentState.value = { phase: 'idle' };
  }

  private async make(request: ApplyRequest): Promise<Output> {
    const { kind, embedded, logits } = request;
    const mask = {
      imageId: embedded.imageId,
      logits,
      clipImagePolygon: request.clipImagePolygon && [...request.clipImagePolygon],
    };
    if (kind === 'cutout') {
      const params = { ...mask, maxTileSidePx: MAX_TILE_SIDE_PX };
      const { tiles } = await this.engine.call('makeCutout', params);
      return { kind, tiles };
    }
    const params = { ...mask, tolerancePx: traceTolerancePx(embedded.imageSizePx) };
    const { paths } = await this.engine.call('tracePaths', params);
    return { kind, paths };
  }
}

/** One pixel of the model's view of the image: finer outlines would only copy the noise of the mask. */
function traceTolerancePx({ width, height }: Size): number {
  return Math.min(Math.max(Math.max(width, height) / MODEL_SIDE_PX, 0.5), 20);
}
