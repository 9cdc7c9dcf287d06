import type { Point, Size } from '../shared/affine.ts';
import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';
import type { EdgeSettings } from '../shared/edge-settings.ts';
import { EDITABLE_DETAIL } from '../shared/engine-contract.ts';
import type {
  Arrangement,
  EmbeddedImage,
  MadeLayer,
  MaskCandidate,
  OutlineSettings,
  Prompt,
  SearchProgress,
  SubjectProposal,
} from '../shared/engine-contract.ts';
import type { Retouch } from '../shared/retouch.ts';
import { TinyCutError } from '../shared/errors.ts';
import type { CutoutTile, OutputKind } from '../shared/host-contract.ts';
import { browserImageCodec } from './browser-image-codec.ts';
import { CloseUps } from './close-up.ts';
import { contentHash } from './content-hash.ts';
import { cutoutTiles } from './cutout-tiles.ts';
import { decodeImageFile } from './decode-image.ts';
import { EdgePreviewer, type EdgePreviewRequest } from './edge-preview.ts';
import { findRegions } from './everything/find-regions.ts';
import type { ImageCodec, RgbaImage } from './image-codec.ts';
import { arrangeLayers } from './layers/arrange-layers.ts';
import { nestRegions, type NestedRegion } from './layers/nest-regions.ts';
import { keepEmbedding, restoreEmbedding, type EmbeddingKey } from './kept-embedding.ts';
import { LruCache } from './lru-cache.ts';
import { makeLayers } from './make-layers.ts';
import { MemoryRetry } from './memory-retry.ts';
import { removeSpecks } from './mask/remove-specks.ts';
import { alphaMatte } from './matte/alpha-matte.ts';
import { refineView } from './matte/mask-view.ts';
import type { Matte } from './matte/matte.ts';
import { retouchMatte } from './matte/retouch-matte.ts';
import { sizeInCells, type MaskGeometry } from './matte/mask-geometry.ts';
import { Network, type PreparedImage } from './network.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { modelSizeOf, toModelInput } from './preprocess.ts';
import { cellColours, type CellColours } from './prompt/cell-colours.ts';
import { checkPrompt } from './prompt/check-prompt.ts';
import { toPromptTokens } from './prompt/prompt-tokens.ts';
import { toMaskCandidates } from './prompt/mask-candidates.ts';
import { defaultMaskIndex, indicesBySize } from './prompt/mask-choice.ts';
import { configureRuntime } from './session.ts';
import { stageReporter, type RunOptions } from './stages.ts';
import { findSubject } from './subject/find-subject.ts';
import { traceMask, traceMatte, type TracedMask } from './trace/trace-mask.ts';

/** Contents of the files that the engine runs on. None of them is kept. */
export interface EngineFiles {
  /** A weight pack: `models/dist/*.pack` */
  pack: Uint8Array;
  /** Whether the pack comes out of gzip, whose checksum has been compared: its own is not compared then. */
  isPackChecked?: boolean | undefined;
  /** `ort-wasm-simd-threaded.wasm`; may be left out in Node, where onnxruntime-web finds its own. */
  wasm?: Uint8Array | undefined;
}

export interface SegmenterOptions extends RunOptions {
  /** Decodes image files; the browser's own decoder when left out. */
  codec?: ImageCodec | undefined;
  /** Images to keep ready at once, 5 MB each and their files; 4 when left out. */
  maxImages?: number | undefined;
  /** Told once when memory ran out, and was found by keeping less from then on: one image at a time. */
  onMemoryShort?: (() => void) | undefined;
}

/** The answer to one prompt. */
export interface Segmentation {
  /** The four mask tokens in order. */
  candidates: MaskCandidate[];
  /** Index into `candidates` of the one to show first. */
  defaultIndex: number;
  /** Indices of tokens 1..3, largest first: whole, part, detail. */
  bySize: number[];
  /** Time in the decoder, in milliseconds. */
  decodeMs: number;
}

export interface EmbedOptions extends RunOptions {
  /** What `keepEmbedding` gave for the image once; of no effect when it is of another image or model, or damaged. */
  keptEmbedding?: Uint8Array | undefined;
}

export interface MaskOptions extends RunOptions {
  /** Convex polygon in image space; what lies outside is left out. */
  clipImagePolygon?: readonly Point[] | null | undefined;
  /** What was done to the mask by hand. */
  retouch?: Retouch | undefined;
}

export interface MatteOptions extends MaskOptions {
  /** Fits the edge to the image; the mask's own edge when null or left out. */
  edge?: EdgeSettings | null | undefined;
}

export interface EdgePreviewOptions extends Pick<EdgePreviewRequest, 'edge' | 'retouch' | 'maxSidePx'> {
  signal?: CancelSignal | undefined;
}

export interface LayerOptions extends MaskOptions {
  /** 4096 when left out. */
  maxTileSidePx?: number | undefined;
  /** Editable when left out. */
  outline?: OutlineSettings | undefined;
}

export type SegmenterNetwork = Pick<
  Network,
  'embed' | 'prepare' | 'decode' | 'decodeBatch' | 'releaseSpare' | 'release'
> &
  Partial<Pick<Network, 'modelId'>>;

interface KeptImage {
  embedding: Float32Array;
  geometry: MaskGeometry;
  colours: CellColours;
  /** Decoded again for a cutout: pixels of several images would take hundreds of megabytes. */
  source: Uint8Array | RgbaImage;
  /** What `findRegions` has found, 0.3 MB each; null before. */
  regions: NestedRegion[] | null;
}

const DEFAULT_MAX_IMAGES = 4;
const DEFAULT_MAX_TILE_SIDE_PX = 4096;
const DEFAULT_OUTLINE: OutlineSettings = { detail: EDITABLE_DETAIL };
/** Arranging what was found so far takes some 50 ms of the search's own thread. */
const ARRANGEMENT_EVERY_MS = 1500;

/**
 * Cuts objects out of images: embed an image once (seconds), then segment it by as many prompts as wanted (tenths
 * of a second each). All points, boxes and results are in image space: pixels of the decoded image, y down.
 *
 * When memory runs out, whatever can be had again is let go, and what failed is tried once more. From then on less is kept.
 */
export class Segmenter {
  private readonly images: LruCache<string, KeptImage>;
  /** Of one image at a time: made anew from the embedding in a few hundredths of a second. */
  private prepared: { imageId: string; image: PreparedImage } | null = null;
  private readonly previewer = new EdgePreviewer();
  private readonly closeUps: CloseUps;
  private readonly memory: MemoryRetry;

  private constructor(
    private readonly network: SegmenterNetwork,
    private readonly codec: ImageCodec,
    maxImages: number,
    onMemoryShort: (() => void) | undefined,
  ) {
    this.images = new LruCache(maxImages);
    this.closeUps = new CloseUps(network);
    this.memory = new MemoryRetry(async (imageId) => {
      this.images.shrinkTo(imageId);
      this.prepared = null;
      this.previewer.clear();
      this.closeUps.clear();
      await this.network.releaseSpare();
    }, onMemoryShort);
  }

  /** @throws TinyCutError `model-corrupt`, `out-of-memory`, `cancelled` */
  static async load(files: EngineFiles, options: SegmenterOptions = {}): Promise<Segmenter> {
    const { codec = browserImageCodec, maxImages = DEFAULT_MAX_IMAGES, signal, onMemoryShort } = options;
    const stage = stageReporter(options);
    await stage('compile', 0);
    configureRuntime(files.wasm);
    const network = await Network.load(files.pack, {
      isChecked: files.isPackChecked,
      signal,
      onProgress: (fraction) => stage('compile', fraction),
    });
    return new Segmenter(network, codec, maxImages, onMemoryShort);
  }

  /** A segmenter on a network that runs already. */
  static withNetwork(
    network: SegmenterNetwork,
    { codec = browserImageCodec, maxImages = DEFAULT_MAX_IMAGES, onMemoryShort }: SegmenterOptions = {},
  ): Segmenter {
    return new Segmenter(network, codec, maxImages, onMemoryShort);
  }

  /** How many images are ready for prompts. */
  get imageCount(): number {
    return this.images.size;
  }

  /**
   * Makes an image ready for prompts; the last few stay so. The image must not be changed afterwards.
   * @param image a PNG, JPEG, GIF or WebP file, or pixels
   * @throws TinyCutError `image-unreadable`, `image-too-large`, `out-of-memory`, `cancelled`
   */
  async embed(image: Uint8Array | RgbaImage, options: EmbedOptions = {}): Promise<EmbeddedImage> {
    const stage = stageReporter(options);
    await stage('decode', 0);
    const imageId = contentHash(image);
    const kept = this.images.get(imageId);
    if (kept) return { imageId, ...kept.geometry, fromCache: true };
    return this.memory.withRoomFor(imageId, () => this.embedAnew(imageId, image, options));
  }

  private async embedAnew(
    imageId: string,
    image: Uint8Array | RgbaImage,
    options: EmbedOptions,
  ): Promise<EmbeddedImage> {
    const stage = stageReporter(options);
    const pixels = await this.pixelsOf(image);
    await stage('preprocess', 0.05);
    const imageSizePx = { width: pixels.width, height: pixels.height };
    const geometry = { imageSizePx, modelSizePx: modelSizeOf(imageSizePx) };
    const input = toModelInput(pixels);
    await stage('encode', 0.1);
    const { keptEmbedding: bytes } = options;
    const restored = bytes ? restoreEmbedding(bytes, this.embeddingKey(imageId)) : null;
    const embedding = restored ?? (await this.network.embed(input, options.signal));
    // Kept even if the call was cancelled meanwhile: the seconds are spent.
    const colours = cellColours(input, geometry.modelSizePx);
    this.images.set(imageId, { embedding, geometry, colours, source: image, regions: null });
    await stage('encode', 0.95);
    await this.preparedImage(imageId, options.signal);
    await stage('encode', 1);
    return { imageId, ...geometry, fromCache: restored !== null };
  }

  /**
   * The embedding in a form to be kept between sessions, 2 MB, for `embed`: it leaves out the encoder, which is most of
   * the time. What it gives is not quite the same: see docs/decisions/kept-embedding.md.
   * @param imageId from `embed`
   * @throws TinyCutError `image-missing`
   */
  keepEmbedding(imageId: string): Uint8Array {
    return keepEmbedding(this.keptImage(imageId).embedding, this.embeddingKey(imageId));
  }

  /**
   * Asks for the masks of one prompt.
   * @param imageId from `embed`
   * @throws TinyCutError `image-missing` when the image is no longer kept, `bad-argument`, `out-of-memory`,
   *   `cancelled`
   */
  async segment(imageId: string, prompt: Prompt, { signal }: RunOptions = {}): Promise<Segmentation> {
    throwIfCancelled(signal);
    const { geometry, colours } = this.keptImage(imageId);
    const tokens = toPromptTokens(checkPrompt(prompt, geometry.imageSizePx), geometry);
    const answer = await this.memory.withRoomFor(imageId, async () => {
      const prepared = await this.preparedImage(imageId, signal);
      return this.network.decode(prepared, tokens, prompt.previousLogits, signal);
    });
    const candidates = toMaskCandidates(answer.logits, answer.predictedIous, geometry.modelSizePx);
    return {
      candidates,
      defaultIndex: defaultMaskIndex(candidates, prompt, geometry, colours),
      bySize: indicesBySize(candidates),
      decodeMs: answer.decodeMs,
    };
  }

  /**
   * The mask as results show it: tiny islands and holes removed (mask/remove-specks.ts). For previews; what takes
   * logits here does this by itself.
   * @param logits [256 x 256] of a candidate
   * @returns `logits` itself when there is nothing to remove, else a copy
   * @throws TinyCutError `image-missing`
   */
  withoutDust(imageId: string, logits: Float32Array): Float32Array {
    return removeSpecks(logits, sizeInCells(this.keptImage(imageId).geometry.modelSizePx));
  }

  /**
   * Full-resolution alpha of a mask, trimmed to it.
   * @param logits [256 x 256] of a candidate
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`, `cancelled`
   */
  async makeMatte(imageId: string, logits: Float32Array, options: MatteOptions = {}): Promise<Matte> {
    const stage = stageReporter(options);
    const { source } = this.keptImage(imageId);
    await stage('refine', 0);
    return this.memory.withRoomFor(imageId, async () =>
      // Only an edge that is fitted looks at the image.
      this.matteOf(imageId, logits, options.edge ? await this.pixelsOf(source) : null, options),
    );
  }

  /**
   * Alpha of a mask with its edge fitted to a small copy of the image, for a preview: tenths of a second for a new
   * mask, and hundredths for other wishes.
   * @param logits [256 x 256] of a candidate
   * @param maxSidePx of the copy
   * @returns in pixels of the copy, trimmed to the mask
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`
   */
  async previewEdge(
    imageId: string,
    logits: Float32Array,
    { signal, ...wishes }: EdgePreviewOptions,
  ): Promise<{ matte: Matte; sizePx: Size }> {
    const { source, geometry } = this.keptImage(imageId);
    const { imageSizePx } = geometry;
    const mask = { imageId, logits: this.withoutDust(imageId, logits), geometry };
    const { matte, sizePx } = await this.memory.withRoomFor(imageId, async () => {
      const pixels = () => this.pixelsOf(source);
      const view = await this.closeUps.viewOf(mask, pixels, signal);
      return this.previewer.preview({ imageId, view, imageSizePx, ...wishes }, pixels);
    });
    if (!matte) throw maskEmpty();
    return { matte, sizePx };
  }

  /**
   * The object as PNGs with straight alpha, trimmed to the mask. Where the edge is fitted, its colours are the object's.
   * @param logits [256 x 256] of a candidate
   * @returns one tile, or several side by side where a side is longer than `maxTileSidePx` (4096 when left out)
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`, `cancelled`
   */
  async makeCutout(
    imageId: string,
    logits: Float32Array,
    options: MatteOptions & { maxTileSidePx?: number | undefined } = {},
  ): Promise<CutoutTile[]> {
    const stage = stageReporter(options);
    const { source } = this.keptImage(imageId);
    const maxTileSidePx = options.maxTileSidePx ?? DEFAULT_MAX_TILE_SIDE_PX;
    const tiles = await this.memory.withRoomFor(imageId, async () => {
      await stage('decode', 0);
      const pixels = await this.pixelsOf(source);
      await stage('refine', 0.2);
      const matte = await this.matteOf(imageId, logits, pixels, options);
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

  /**
   * Closed outlines of a mask.
   * @param logits [256 x 256] of a candidate
   * @param options.outline how many nodes; editable when left out
   * @returns one compound path, with how many nodes it has and how far it is off
   * @throws TinyCutError `image-missing`, `mask-empty`, `cancelled`
   */
  async tracePaths(
    imageId: string,
    logits: Float32Array,
    options: MaskOptions & { outline?: OutlineSettings | undefined } = {},
  ): Promise<TracedMask> {
    const stage = stageReporter(options);
    const { geometry } = this.keptImage(imageId);
    await stage('trace', 0);
    const { clipImagePolygon = null, outline = DEFAULT_OUTLINE, retouch } = options;
    const clean = this.withoutDust(imageId, logits);
    const { imageSizePx } = geometry;
    // Strokes are finer than the grid of the logits: what they leave is traced from its pixels.
    const painted = retouch && retouchMatte(alphaMatte(clean, geometry, null), retouch, imageSizePx, null);
    if (painted === null) throw maskEmpty();
    const traced = painted
      ? traceMatte(painted, imageSizePx, clipImagePolygon, outline)
      : traceMask(clean, geometry, clipImagePolygon, outline);
    if (traced.paths.length === 0) throw maskEmpty();
    await stage('trace', 1);
    return traced;
  }

  /**
   * Finds what an image is about, without being told: about a second.
   * @returns at most three proposals, best first, none like another; empty when nothing stands out
   * @throws TinyCutError `image-missing`, `out-of-memory`, `cancelled`
   */
  async findSubject(imageId: string, options: RunOptions = {}): Promise<SubjectProposal[]> {
    const stage = stageReporter(options);
    const { geometry } = this.keptImage(imageId);
    await stage('search', 0);
    return this.memory.withRoomFor(imageId, async () => {
      const prepared = await this.preparedImage(imageId, options.signal);
      return findSubject(this.batchDecoder, prepared, geometry, {
        signal: options.signal,
        onProgress: (fraction) => options.onProgress?.({ stage: 'search', fraction }),
      });
    });
  }

  /**
   * Finds what there is in an image, without being told where: about a hundred runs of the decoder. What was found stays
   * as long as the image does.
   * @returns how many regions there are, wholes and parts; 0 when nothing stands out
   * @throws TinyCutError `image-missing`, `out-of-memory`, `cancelled`
   */
  async findRegions(
    imageId: string,
    { signal, onProgress }: { signal?: CancelSignal; onProgress?: (progress: SearchProgress) => void } = {},
  ): Promise<number> {
    const kept = this.keptImage(imageId);
    if (kept.regions) return kept.regions.length;
    const { geometry } = kept;
    const sizeCells = sizeInCells(geometry.modelSizePx);
    let arrangedAt = performance.now();
    const found = await this.memory.withRoomFor(imageId, async () =>
      findRegions(this.batchDecoder, await this.preparedImage(imageId, signal), geometry, {
        signal,
        onProgress: ({ fraction, remainingMs, regions }) => {
          if (!onProgress) return;
          const isDue = performance.now() - arrangedAt >= ARRANGEMENT_EVERY_MS;
          if (isDue) arrangedAt = performance.now();
          const arrangement = isDue ? arrangeLayers(nestRegions(regions, sizeCells), 1, geometry) : null;
          onProgress({ fraction, remainingMs, arrangement });
        },
      }),
    );
    kept.regions = nestRegions(found, sizeCells);
    return kept.regions.length;
  }

  /**
   * Turns what was found into layers, so that each pixel belongs to one of them or to the background. Runs no model.
   * @param detail 0..1: fewer and larger .. more and smaller
   * @throws TinyCutError `image-missing`, `regions-missing`
   */
  arrangeLayers(imageId: string, detail: number): Arrangement {
    return arrangeLayers(this.regionsOf(imageId), detail, this.keptImage(imageId).geometry);
  }

  /**
   * Makes layers and the background, which is what they leave of the image. Over one another they look as the image does.
   * @param groups ids of layers from `arrangeLayers` that become one, per layer to make; no id twice
   * @returns from back to front; a layer that others cover, or of which nothing can be seen, is missing
   * @throws TinyCutError `image-missing`, `regions-missing`, `bad-argument`, `mask-empty`, `out-of-memory`, `cancelled`
   */
  async makeLayers(
    imageId: string,
    groups: readonly (readonly number[])[],
    kind: OutputKind,
    options: LayerOptions = {},
  ): Promise<MadeLayer[]> {
    const stage = stageReporter(options);
    const { geometry, source } = this.keptImage(imageId);
    const regions = this.regionsOf(imageId);
    const layers = await this.memory.withRoomFor(imageId, async () => {
      await stage('decode', 0);
      const pixels = await this.pixelsOf(source);
      return makeLayers(regions, groups, pixels, geometry, {
        kind,
        clipImagePolygon: options.clipImagePolygon ?? null,
        maxTileSidePx: options.maxTileSidePx ?? DEFAULT_MAX_TILE_SIDE_PX,
        outline: options.outline ?? DEFAULT_OUTLINE,
        stage,
      });
    });
    if (layers.length === 0) throw maskEmpty();
    return layers;
  }

  /** Frees the models' memory. Calls that are under way end first; the segmenter is of no use afterwards. */
  async dispose(): Promise<void> {
    this.images.clear();
    this.prepared = null;
    this.previewer.clear();
    this.closeUps.clear();
    await this.network.release();
  }

  private get batchDecoder(): Pick<Network, 'decodeBatch'> {
    return this.memory.isShort ? oneAtATime(this.network) : this.network;
  }

  /** @param pixels of the image; needed where the edge is fitted to it */
  private async matteOf(
    imageId: string,
    logits: Float32Array,
    pixels: RgbaImage | null,
    { clipImagePolygon = null, retouch, edge, signal }: MatteOptions,
  ): Promise<Matte> {
    const { geometry } = this.keptImage(imageId);
    const clean = this.withoutDust(imageId, logits);
    const clip = retouch ? null : clipImagePolygon;
    let refined: Matte | null;
    if (edge && pixels) {
      const mask = { imageId, logits: clean, geometry };
      const view = await this.closeUps.viewOf(mask, () => Promise.resolve(pixels), signal);
      refined = refineView(view, pixels, clip, edge);
    } else {
      refined = alphaMatte(clean, geometry, clip);
    }
    const matte = retouch ? retouchMatte(refined, retouch, geometry.imageSizePx, clipImagePolygon) : refined;
    if (!matte) throw maskEmpty();
    return matte;
  }

  private async preparedImage(imageId: string, signal: CancelSignal | undefined): Promise<PreparedImage> {
    if (this.prepared?.imageId === imageId) return this.prepared.image;
    const image = await this.network.prepare(this.keptImage(imageId).embedding, signal);
    this.prepared = { imageId, image };
    return image;
  }

  private regionsOf(imageId: string): NestedRegion[] {
    const { regions } = this.keptImage(imageId);
    if (regions) return regions;
    throw new TinyCutError('regions-missing', 'The objects of this image are not known. Find them first.');
  }

  private embeddingKey(imageId: string): EmbeddingKey {
    return { imageId, modelId: this.network.modelId ?? 0 };
  }

  private async pixelsOf(image: Uint8Array | RgbaImage): Promise<RgbaImage> {
    return image instanceof Uint8Array ? decodeImageFile(image, this.codec) : image;
  }

  private keptImage(imageId: string): KeptImage {
    const kept = this.images.get(imageId);
    if (kept) return kept;
    throw new TinyCutError('image-missing', 'The image is no longer in memory. Open it again.');
  }
}

function maskEmpty(): TinyCutError {
  return new TinyCutError(
    'mask-empty',
    'The mask is empty here. Click the object, or choose another mask size.',
  );
}
