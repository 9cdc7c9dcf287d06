import type { Size } from '../shared/affine.ts';
import { EDITABLE_DETAIL, type OutlineSettings } from '../shared/engine-contract.ts';
import { TinyCutError } from '../shared/errors.ts';
import type { CutoutTile } from '../shared/host-contract.ts';
import { CloseUps, type SeenMask } from './close-up.ts';
import { cutoutTiles } from './cutout-tiles.ts';
import { EdgePreviewer } from './edge-preview.ts';
import type { RgbaImage } from './image-codec.ts';
import { removeSpecks } from './mask/remove-specks.ts';
import { alphaMatte } from './matte/alpha-matte.ts';
import { cellSideInImagePx, sizeInCells } from './matte/mask-geometry.ts';
import { refineView } from './matte/mask-view.ts';
import type { Matte } from './matte/matte.ts';
import { retouchMatte } from './matte/retouch-matte.ts';
import type { Network } from './network.ts';
import type { OpenedImage, OpenedImages } from './opened-images.ts';
import type { CutoutOptions, EdgePreviewOptions, MatteOptions, TraceOptions } from './segmenter-options.ts';
import { stageReporter, type Stage } from './stages.ts';
import { followedEdge } from './trace/followed-edge.ts';
import { logitUnitPx, outlineLimits } from './trace/outline-detail.ts';
import { traceMask, traceMatte, type TracedMask } from './trace/trace-mask.ts';

export const DEFAULT_MAX_TILE_SIDE_PX = 4096;
export const DEFAULT_OUTLINE: OutlineSettings = { detail: EDITABLE_DETAIL };

/** What masks are turned into. The methods are those of `Segmenter`, which says what they take, give and throw. */
export class MaskResults {
  private readonly previewer = new EdgePreviewer();
  private readonly closeUps: CloseUps;

  constructor(
    private readonly images: OpenedImages,
    network: Pick<Network, 'embed' | 'prepare' | 'decode'>,
  ) {
    this.closeUps = new CloseUps(network);
  }

  withoutDust(imageId: string, logits: Float32Array): Float32Array {
    return this.maskOf(imageId, logits).logits;
  }

  async makeMatte(imageId: string, logits: Float32Array, options: MatteOptions): Promise<Matte> {
    const stage = stageReporter(options);
    const mask = this.maskOf(imageId, logits);
    await stage('refine', 0);
    return this.images.withRoomFor(imageId, async () =>
      // Only an edge that is fitted looks at the image.
      this.matteOf(mask, options.edge ? await this.images.pixels(mask.source) : null, options),
    );
  }

  async previewEdge(
    imageId: string,
    logits: Float32Array,
    { signal, ...wishes }: EdgePreviewOptions,
  ): Promise<{ matte: Matte; sizePx: Size }> {
    const mask = this.maskOf(imageId, logits);
    const { imageSizePx } = mask.geometry;
    const { matte, sizePx } = await this.images.withRoomFor(imageId, async () => {
      const pixels = () => this.images.pixels(mask.source);
      const view = await this.closeUps.viewOf(mask, pixels, signal);
      return this.previewer.preview({ imageId, view, imageSizePx, ...wishes }, pixels);
    });
    if (!matte) throw maskEmpty();
    return { matte, sizePx };
  }

  async makeCutout(imageId: string, logits: Float32Array, options: CutoutOptions): Promise<CutoutTile[]> {
    const stage = stageReporter(options);
    const mask = this.maskOf(imageId, logits);
    const maxTileSidePx = options.maxTileSidePx ?? DEFAULT_MAX_TILE_SIDE_PX;
    const tiles = await this.images.withRoomFor(imageId, async () => {
      await stage('decode', 0);
      const pixels = await this.images.pixels(mask.source);
      await stage('refine', 0.2);
      const matte = await this.matteOf(mask, pixels, options);
      // The plain edge looks as the image does where it came from; a fitted one is for other backgrounds.
      const edgeColours = options.edge ? 'foreground' : 'image';
      return cutoutTiles(pixels, matte, maxTileSidePx, edgeColours, (fraction) =>
        stage('write', 0.6 + 0.4 * fraction),
      );
    });
    // The mask may lie on nothing but transparent pixels.
    if (tiles.length === 0) throw maskEmpty();
    await stage('write', 1);
    return tiles;
  }

  async tracePaths(imageId: string, logits: Float32Array, options: TraceOptions): Promise<TracedMask> {
    const stage = stageReporter(options);
    const mask = this.maskOf(imageId, logits);
    await stage(options.edge ? 'refine' : 'trace', 0);
    const { clipImagePolygon = null, outline = DEFAULT_OUTLINE, edge, retouch } = options;
    const traced =
      edge || retouch
        ? await this.images.withRoomFor(imageId, () => this.traceAlpha(mask, options, stage))
        : traceMask(mask.logits, mask.geometry, clipImagePolygon, outline);
    if (traced.paths.length === 0) throw maskEmpty();
    await stage('trace', 1);
    return traced;
  }

  /** Of what can be made again. */
  letGo(): void {
    this.previewer.clear();
    this.closeUps.clear();
  }

  private maskOf(imageId: string, logits: Float32Array): SeenMask & Pick<OpenedImage, 'source'> {
    const { geometry, source } = this.images.image(imageId);
    return { imageId, logits: removeSpecks(logits, sizeInCells(geometry.modelSizePx)), geometry, source };
  }

  /** A fitted edge and strokes are finer than the grid of the logits: what they leave is traced from its pixels. */
  private async traceAlpha(
    mask: SeenMask & Pick<OpenedImage, 'source'>,
    options: TraceOptions,
    stage: Stage,
  ): Promise<TracedMask> {
    const { clipImagePolygon = null, outline = DEFAULT_OUTLINE, edge, signal } = options;
    const { imageSizePx } = mask.geometry;
    // The outline is clipped, which is sharper than clipped alpha.
    const unclipped = { ...options, clipImagePolygon: null };
    if (!edge) {
      const matte = await this.matteOf(mask, null, unclipped);
      // As finely as the mask itself is traced: a stroke changes the outline where it is, and nowhere else.
      const limits = outlineLimits(outline, logitUnitPx(mask.geometry));
      return traceMatte(matte, imageSizePx, clipImagePolygon, limits, cellSideInImagePx(mask.geometry));
    }
    const pixels = await this.images.pixels(mask.source);
    const view = await this.closeUps.viewOf(mask, () => Promise.resolve(pixels), signal);
    const followed = followedEdge(edge, outline, view.geometry);
    const matte = await this.matteOf(mask, pixels, { ...unclipped, edge: followed.edge });
    await stage('trace', 0.8);
    return traceMatte(matte, imageSizePx, clipImagePolygon, followed.limits, followed.cellPx);
  }

  /** @param pixels of the image; needed where the edge is fitted to it */
  private async matteOf(
    mask: SeenMask,
    pixels: RgbaImage | null,
    { clipImagePolygon = null, retouch, edge, signal }: MatteOptions,
  ): Promise<Matte> {
    const { logits, geometry } = mask;
    const clip = retouch ? null : clipImagePolygon;
    let refined: Matte | null;
    if (edge && pixels) {
      const view = await this.closeUps.viewOf(mask, () => Promise.resolve(pixels), signal);
      refined = refineView(view, pixels, clip, edge);
    } else {
      refined = alphaMatte(logits, geometry, clip);
    }
    const matte = retouch ? retouchMatte(refined, retouch, geometry.imageSizePx, clipImagePolygon) : refined;
    if (!matte) throw maskEmpty();
    return matte;
  }
}

/** @returns the error of a mask that leaves nothing */
export function maskEmpty(): TinyCutError {
  return new TinyCutError(
    'mask-empty',
    'The mask is empty here. Click the object, or choose another mask size.',
  );
}
