import type { Size } from '../shared/affine.ts';
import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';
import type {
  Arrangement,
  EmbeddedImage,
  MadeLayer,
  MaskCandidate,
  Prompt,
  SearchProgress,
  SubjectProposal,
} from '../shared/engine-contract.ts';
import { TinyCutError } from '../shared/errors.ts';
import type { CutoutTile, OutputKind } from '../shared/host-contract.ts';
import { browserImageCodec } from './browser-image-codec.ts';
import { findRegions } from './everything/find-regions.ts';
import type { ImageCodec, RgbaImage } from './image-codec.ts';
import { arrangeLayers } from './layers/arrange-layers.ts';
import { nestRegions, type NestedRegion } from './layers/nest-regions.ts';
import { makeLayers } from './make-layers.ts';
import { DEFAULT_MAX_TILE_SIDE_PX, DEFAULT_OUTLINE, maskEmpty, MaskResults } from './mask-results.ts';
import { sizeInCells } from './matte/mask-geometry.ts';
import type { Matte } from './matte/matte.ts';
import { Network } from './network.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { OpenedImages, type ImageNetwork } from './opened-images.ts';
import { PartialArrangements } from './partial-arrangements.ts';
import { checkPrompt } from './prompt/check-prompt.ts';
import { toMaskCandidates } from './prompt/mask-candidates.ts';
import { defaultMaskIndex, indicesBySize } from './prompt/mask-choice.ts';
import { toPromptTokens } from './prompt/prompt-tokens.ts';
import type {
  CutoutOptions,
  EdgePreviewOptions,
  EmbedOptions,
  EngineFiles,
  LayerOptions,
  MatteOptions,
  SegmenterOptions,
  TraceOptions,
} from './segmenter-options.ts';
import { configureRuntime } from './session.ts';
import { stageReporter, type RunOptions } from './stages.ts';
import { findSubject } from './subject/find-subject.ts';
import { subjectMap } from './subject/subject-map.ts';
import type { TracedMask } from './trace/trace-mask.ts';

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

export type SegmenterNetwork = ImageNetwork & Pick<Network, 'decode' | 'decodeBatch' | 'release'>;

const DEFAULT_MAX_IMAGES = 4;

/**
 * Cuts objects out of images: embed an image once (seconds), then segment it by as many prompts as wanted (tenths
 * of a second each). All points, boxes and results are in image space: pixels of the decoded image, y down.
 *
 * When memory runs out, whatever can be had again is let go, and what failed is tried once more. From then on less is kept.
 */
export class Segmenter {
  private readonly images: OpenedImages;
  private readonly results: MaskResults;
  private disposing: Promise<void> | null = null;

  private constructor(
    private readonly network: SegmenterNetwork,
    codec: ImageCodec,
    maxImages: number,
    onMemoryShort: (() => void) | undefined,
  ) {
    const letGo = () => this.results.letGo();
    this.images = new OpenedImages(network, codec, maxImages, letGo, onMemoryShort);
    this.results = new MaskResults(this.images, network);
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
    return this.images.count;
  }

  /**
   * Makes an image ready for prompts; the last few stay so. The image must not be changed afterwards.
   * @param image a PNG, JPEG, GIF or WebP file, or pixels
   * @throws TinyCutError `image-unreadable`, `image-too-large`, `out-of-memory`, `cancelled`
   */
  embed(image: Uint8Array | RgbaImage, options: EmbedOptions = {}): Promise<EmbeddedImage> {
    return this.images.embed(image, options);
  }

  /**
   * The embedding in a form to be kept between sessions, 2 MB, for `embed`: it leaves out the encoder, which is most of
   * the time. What it gives is not quite the same: see docs/decisions/kept-embedding.md.
   * @param imageId from `embed`
   * @throws TinyCutError `image-missing`
   */
  keepEmbedding(imageId: string): Uint8Array {
    return this.images.keepEmbedding(imageId);
  }

  /**
   * Asks for the masks of one prompt.
   * @param imageId from `embed`
   * @throws TinyCutError `image-missing` when the image is no longer kept, `bad-argument`, `out-of-memory`,
   *   `cancelled`
   */
  async segment(imageId: string, prompt: Prompt, { signal }: RunOptions = {}): Promise<Segmentation> {
    throwIfCancelled(signal);
    const { geometry, colours } = this.images.image(imageId);
    const tokens = toPromptTokens(checkPrompt(prompt, geometry.imageSizePx), geometry);
    const answer = await this.images.withRoomFor(imageId, async () => {
      const prepared = await this.images.preparedImage(imageId, signal);
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
    return this.results.withoutDust(imageId, logits);
  }

  /**
   * Full-resolution alpha of a mask, trimmed to it.
   * @param logits [256 x 256] of a candidate
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`, `cancelled`
   */
  makeMatte(imageId: string, logits: Float32Array, options: MatteOptions = {}): Promise<Matte> {
    return this.results.makeMatte(imageId, logits, options);
  }

  /**
   * Alpha of a mask with its edge fitted to a small copy of the image, for a preview: tenths of a second for a new
   * mask, and hundredths for other wishes.
   * @param logits [256 x 256] of a candidate
   * @param maxSidePx of the copy
   * @returns in pixels of the copy, trimmed to the mask
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`
   */
  previewEdge(
    imageId: string,
    logits: Float32Array,
    options: EdgePreviewOptions,
  ): Promise<{ matte: Matte; sizePx: Size }> {
    return this.results.previewEdge(imageId, logits, options);
  }

  /**
   * The object as PNGs with straight alpha, trimmed to the mask. Where the edge is fitted, its colours are the object's.
   * @param logits [256 x 256] of a candidate
   * @returns one tile, or several side by side where a side is longer than `maxTileSidePx` (4096 when left out)
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`, `cancelled`
   */
  makeCutout(imageId: string, logits: Float32Array, options: CutoutOptions = {}): Promise<CutoutTile[]> {
    return this.results.makeCutout(imageId, logits, options);
  }

  /**
   * Closed outlines of a mask.
   * @param logits [256 x 256] of a candidate
   * @returns one compound path, with how many nodes it has and how far it is off
   * @throws TinyCutError `image-missing`, `mask-empty`, `out-of-memory`, `cancelled`
   */
  tracePaths(imageId: string, logits: Float32Array, options: TraceOptions = {}): Promise<TracedMask> {
    return this.results.tracePaths(imageId, logits, options);
  }

  /**
   * Finds what an image is about, without being told: about a second.
   * @returns at most three proposals, best first, none like another; empty when nothing stands out
   * @throws TinyCutError `image-missing`, `out-of-memory`, `cancelled`
   */
  async findSubject(imageId: string, options: RunOptions = {}): Promise<SubjectProposal[]> {
    const stage = stageReporter(options);
    const { geometry, embedding } = this.images.image(imageId);
    await stage('search', 0);
    return this.images.withRoomFor(imageId, async () => {
      const prepared = await this.images.preparedImage(imageId, options.signal);
      return findSubject(this.batchDecoder, prepared, geometry, {
        map: subjectMap(embedding, geometry.modelSizePx),
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
    const kept = this.images.image(imageId);
    if (kept.regions) return kept.regions.length;
    const { geometry } = kept;
    const arrangements = new PartialArrangements(geometry, signal);
    const found = await this.images.withRoomFor(imageId, async () =>
      findRegions(this.batchDecoder, await this.images.preparedImage(imageId, signal), geometry, {
        signal,
        onProgress: async ({ fraction, remainingMs, regions }) => {
          if (!onProgress) return;
          onProgress({ fraction, remainingMs, arrangement: await arrangements.next(regions) });
        },
      }),
    );
    kept.regions = nestRegions(found, sizeInCells(geometry.modelSizePx));
    return kept.regions.length;
  }

  /**
   * Turns what was found into layers, so that each pixel belongs to one of them or to the background. Runs no model.
   * @param detail 0..1: fewer and larger .. more and smaller
   * @throws TinyCutError `image-missing`, `regions-missing`
   */
  arrangeLayers(imageId: string, detail: number): Arrangement {
    return arrangeLayers(this.regionsOf(imageId), detail, this.images.image(imageId).geometry);
  }

  /**
   * Makes layers and the background, which is what they leave of the image. Over one another they look as the image does.
   * The edges of cutouts are fitted to the image; outlines have those of the masks.
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
    const { geometry, source } = this.images.image(imageId);
    const regions = this.regionsOf(imageId);
    const layers = await this.images.withRoomFor(imageId, async () => {
      await stage('decode', 0);
      const pixels = await this.images.pixels(source);
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

  /** Frees the models' memory. Calls whose work has begun end first; all others fail with one clear error. */
  dispose(): Promise<void> {
    this.disposing ??= this.images.close().then(() => {
      this.results.letGo();
      return this.network.release();
    });
    return this.disposing;
  }

  private get batchDecoder(): Pick<Network, 'decodeBatch'> {
    return this.images.isMemoryShort ? oneAtATime(this.network) : this.network;
  }

  private regionsOf(imageId: string): NestedRegion[] {
    const { regions } = this.images.image(imageId);
    if (regions) return regions;
    throw new TinyCutError('regions-missing', 'The objects of this image are not known. Find them first.');
  }
}
