import type { CancelSignal } from '../shared/cancellation.ts';
import type { EmbeddedImage } from '../shared/engine-contract.ts';
import { TinyCutError } from '../shared/errors.ts';
import { contentHash } from './content-hash.ts';
import { checkPixels, decodeImageFile } from './decode-image.ts';
import type { ImageCodec, RgbaImage } from './image-codec.ts';
import { keepEmbedding, restoreEmbedding, type EmbeddingKey } from './kept-embedding.ts';
import type { NestedRegion } from './layers/nest-regions.ts';
import { LruCache } from './lru-cache.ts';
import type { MaskGeometry } from './matte/mask-geometry.ts';
import { MemoryRetry } from './memory-retry.ts';
import type { Network, PreparedImage } from './network.ts';
import { modelSizeOf, toModelInput } from './preprocess.ts';
import { cellColours, type CellColours } from './prompt/cell-colours.ts';
import type { EmbedOptions } from './segmenter-options.ts';
import { stageReporter } from './stages.ts';

/** An image that prompts can be asked about. */
export interface OpenedImage {
  embedding: Float32Array;
  geometry: MaskGeometry;
  colours: CellColours;
  /** Decoded again for a cutout: pixels of several images would take hundreds of megabytes. */
  source: Uint8Array | RgbaImage;
  /** What `findRegions` has found, 0.3 MB each; null before. */
  regions: NestedRegion[] | null;
}

export type ImageNetwork = Pick<Network, 'embed' | 'prepare' | 'releaseSpare'> &
  Partial<Pick<Network, 'modelId'>>;

/** The images that were used last, by the hash of their content, and the memory that work on them takes. */
export class OpenedImages {
  private readonly images: LruCache<string, OpenedImage>;
  /** Of one image at a time: made anew from the embedding in a few hundredths of a second. */
  private prepared: { imageId: string; image: PreparedImage } | null = null;
  private readonly memory: MemoryRetry;
  private readonly underWay = new Set<Promise<unknown>>();
  private closing: Promise<void> | null = null;

  /**
   * @param letGo of what others keep and can make again, when memory runs out
   * @param onMemoryShort told once, when it has
   */
  constructor(
    private readonly network: ImageNetwork,
    private readonly codec: ImageCodec,
    maxImages: number,
    letGo: () => void,
    onMemoryShort: (() => void) | undefined,
  ) {
    this.images = new LruCache(maxImages);
    this.memory = new MemoryRetry(async (imageId) => {
      this.images.shrinkTo(imageId);
      this.prepared = null;
      letGo();
      await this.network.releaseSpare();
    }, onMemoryShort);
  }

  get count(): number {
    return this.images.size;
  }

  /** Whether memory has run out before. */
  get isMemoryShort(): boolean {
    return this.memory.isShort;
  }

  /** As `Segmenter.embed`. */
  async embed(image: Uint8Array | RgbaImage, options: EmbedOptions): Promise<EmbeddedImage> {
    const stage = stageReporter(options);
    await stage('decode', 0);
    if (!(image instanceof Uint8Array)) checkPixels(image);
    const imageId = contentHash(image);
    const kept = this.images.get(imageId);
    if (kept) return { imageId, ...kept.geometry, fromCache: true };
    return this.withRoomFor(imageId, () => this.embedAnew(imageId, image, options));
  }

  private async embedAnew(
    imageId: string,
    image: Uint8Array | RgbaImage,
    options: EmbedOptions,
  ): Promise<EmbeddedImage> {
    const stage = stageReporter(options);
    const pixels = await this.pixels(image);
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

  /** As `Segmenter.keepEmbedding`. */
  keepEmbedding(imageId: string): Uint8Array {
    return keepEmbedding(this.image(imageId).embedding, this.embeddingKey(imageId));
  }

  /** @throws TinyCutError `image-missing` */
  image(imageId: string): OpenedImage {
    const kept = this.images.get(imageId);
    if (kept) return kept;
    throw new TinyCutError('image-missing', 'The image is no longer in memory. Open it again.');
  }

  /** @throws TinyCutError `image-missing`, `cancelled` */
  async preparedImage(imageId: string, signal: CancelSignal | undefined): Promise<PreparedImage> {
    if (this.prepared?.imageId === imageId) return this.prepared.image;
    const image = await this.network.prepare(this.image(imageId).embedding, signal);
    this.prepared = { imageId, image };
    return image;
  }

  /** @param source of an opened image, which may have been dropped since */
  async pixels(source: OpenedImage['source']): Promise<RgbaImage> {
    return source instanceof Uint8Array ? decodeImageFile(source, this.codec) : source;
  }

  /**
   * As `MemoryRetry.withRoomFor`.
   * @throws TinyCutError `bad-argument` once closed
   */
  async withRoomFor<T>(imageId: string, work: () => Promise<T>): Promise<T> {
    if (this.closing) throw new TinyCutError('bad-argument', 'The engine was disposed of. Load another one.');
    const call = this.memory.withRoomFor(imageId, work);
    this.underWay.add(call);
    try {
      return await call;
    } finally {
      this.underWay.delete(call);
    }
  }

  /** Lets the work that is under way end, takes no more, and lets go of all images. */
  close(): Promise<void> {
    this.closing ??= Promise.allSettled(this.underWay).then(() => {
      this.images.clear();
      this.prepared = null;
    });
    return this.closing;
  }

  private embeddingKey(imageId: string): EmbeddingKey {
    return { imageId, modelId: this.network.modelId ?? 0 };
  }
}
