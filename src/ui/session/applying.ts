import { signal, type ReadonlySignal } from '@preact/signals';
import type { Point } from '../../shared/affine.ts';
import { CancelSource } from '../../shared/cancellation.ts';
import type { CallOptions } from '../../shared/channel.ts';
import type { CutoutRecipe } from '../../shared/cutout-recipe.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import type { EmbeddedImage, EngineProgress } from '../../shared/engine-contract.ts';
import type { Retouch } from '../../shared/retouch.ts';
import { toTinyCutError, type TinyCutError } from '../../shared/errors.ts';
import type {
  CutoutTile,
  ImagePath,
  ImageSource,
  Output,
  OutputKind,
  Pixels,
} from '../../shared/host-contract.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { HostChannel } from '../host/host-port.ts';
import { strings } from '../strings.ts';
import { isRetouched } from './retouching.ts';

/** One object, or the whole image as layers. */
export type ApplyKind = OutputKind | 'layers';

/** What was traced: nodes, and how far the path is off the mask at most. */
export interface OutlineFigures {
  nodeCount: number;
  maxDeviationPx: number;
}

export type ApplyState =
  | { phase: 'idle' }
  | { phase: 'making'; kind: ApplyKind; fraction: number }
  | { phase: 'placing'; kind: ApplyKind }
  | {
      phase: 'done';
      kind: ApplyKind;
      notice: string | null;
      outline: OutlineFigures | null;
      /** Whether it took the place of an earlier result. */
      isUpdate: boolean;
    }
  | { phase: 'failed'; kind: ApplyKind; error: TinyCutError };

/** Of an image, and what of it the layer shows. */
export interface ImageTask {
  embedded: EmbeddedImage;
  clipImagePolygon: readonly Point[] | null;
}

export interface MaskTask extends ImageTask {
  /** [256 x 256] */
  logits: Float32Array;
  retouch: Retouch;
}

export type ApplyRequest = {
  source: ImageSource;
  pixels: Pixels;
  /** The longest side of a PNG that the host takes; null for any. */
  maxTileSidePx: number | null;
  /** 0..1, of vectors and masks: few nodes .. exact. */
  outlineDetail: number;
} & (
  | ({
      kind: OutputKind;
      /** Kept with the result by hosts that remember; null for what cannot be done again. */
      recipe: CutoutRecipe | null;
      /** The result that this one takes the place of. */
      replacesNodeId: string | null;
      /** Null for the mask's own. */
      edge: EdgeSettings | null;
    } & MaskTask)
  | ({
      kind: 'layers';
      layerKind: OutputKind;
      /** Layers to make: ids of the engine's that become one. */
      layers: readonly { name: string; ids: readonly number[] }[];
    } & ImageTask)
);

/** Makes a result at full resolution and has the host place it. One at a time. */
export class Applying {
  private readonly currentState = signal<ApplyState>({ phase: 'idle' });
  readonly state: ReadonlySignal<ApplyState> = this.currentState;
  private making: CancelSource | null = null;
  private figures: OutlineFigures | null = null;

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
    const { kind, source, pixels, embedded } = request;
    this.currentState.value = { phase: 'making', kind, fraction: 0 };
    this.figures = null;
    const making = new CancelSource();
    this.making = making;
    try {
      const output = await this.make(request, {
        signal: making.signal,
        onProgress: ({ fraction }) => (this.currentState.value = { phase: 'making', kind, fraction }),
      });
      this.making = null;
      this.currentState.value = { phase: 'placing', kind };
      const { nodeIds, notice, hasReplaced } = await this.host.call(
        'placeOutput',
        { source, pixels, imageSizePx: embedded.imageSizePx, output, ...lineageOf(request) },
        { transfer: tilesOf(output).map(({ png }) => png.buffer) },
      );
      const isUpdate = hasReplaced === true;
      this.currentState.value = { phase: 'done', kind, notice, outline: this.figures, isUpdate };
      return nodeIds;
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      this.currentState.value =
        error.code === 'cancelled' ? { phase: 'idle' } : { phase: 'failed', kind, error };
      return null;
    }
  }

  /** Stops the making; what is being placed already is placed. */
  cancel(): void {
    this.making?.abort();
  }

  /** Forgets the last outcome. */
  settle(): void {
    if (!this.isBusy) this.currentState.value = { phase: 'idle' };
  }

  /** @throws TinyCutError */
  trace(
    task: MaskTask,
    outlineDetail: number,
    edge: EdgeSettings | null,
    options: MakeOptions = {},
  ): Promise<OutlineFigures & { paths: ImagePath[] }> {
    const params = { ...imageOf(task), ...maskOf(task), edge, outline: { detail: outlineDetail } };
    return this.engine.call('tracePaths', params, options);
  }

  private async make(request: ApplyRequest, options: MakeOptions): Promise<Output> {
    const image = imageOf(request);
    const maxTileSidePx = request.maxTileSidePx ?? Number.MAX_SAFE_INTEGER;
    const outline = { detail: request.outlineDetail };
    if (request.kind === 'layers') {
      const { layers, layerKind } = request;
      const groups = layers.map(({ ids }) => [...ids]);
      const made = await this.engine.call(
        'makeLayers',
        { ...image, groups, kind: layerKind, outline, maxTileSidePx },
        options,
      );
      const nameOf = (index: number | null) =>
        index === null ? strings.layers.background : layers[index]!.name;
      return {
        kind: 'layers',
        layers: made.layers.map(({ groupIndex, ...layer }) => ({ name: nameOf(groupIndex), ...layer })),
      };
    }
    if (request.kind === 'cutout') {
      const params = { ...image, ...maskOf(request), edge: request.edge, maxTileSidePx };
      return { kind: 'cutout', tiles: (await this.engine.call('makeCutout', params, options)).tiles };
    }
    const { paths, ...figures } = await this.trace(request, request.outlineDetail, request.edge, options);
    this.figures = figures;
    return { kind: request.kind, paths };
  }
}

type MakeOptions = CallOptions<EngineProgress>;

function imageOf({ embedded, clipImagePolygon }: ImageTask) {
  return { imageId: embedded.imageId, clipImagePolygon: clipImagePolygon && [...clipImagePolygon] };
}

/** Where the result is from, and what it comes after. */
function lineageOf(request: ApplyRequest) {
  if (request.kind === 'layers') return {};
  const { recipe, replacesNodeId } = request;
  return { ...(recipe && { recipe }), ...(replacesNodeId !== null && { replacesNodeId }) };
}

export function maskOf({ logits, retouch }: Pick<MaskTask, 'logits' | 'retouch'>) {
  return { logits, ...(isRetouched(retouch) && { retouch }) };
}

function tilesOf(output: Output): CutoutTile[] {
  if (output.kind === 'layers') return output.layers.flatMap((layer) => tilesOf(layer.output));
  return output.kind === 'cutout' ? output.tiles : [];
}
