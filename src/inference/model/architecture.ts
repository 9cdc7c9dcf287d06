/**
 * The network: TinyViT-5M at 1024 x 1024 and SAM's prompt encoder and mask decoder, as TinySAM combines them
 * (arXiv 2312.13789; github.com/xinghaochen/TinySAM commit 11589bc, `tinysam/build_sam.py` and
 * `tinysam/modeling`).
 */
export const IMAGE_SIDE_PX = 1024;
/** The embedding is [256, 64, 64]. */
export const EMBEDDING_SIDE = 64;
/** Model pixels from one of its cells to the next. */
export const EMBEDDING_STRIDE_PX = IMAGE_SIDE_PX / EMBEDDING_SIDE;
export const EMBEDDING_CHANNELS = 256;
/** Mask inputs and mask logits are [256, 256]. */
export const LOGITS_SIDE = 256;
export const MASK_TOKENS = 4;

export const PATCH_EMBED_CHANNELS = 64;
/** Stage 0, of inverted-bottleneck convolutions on [64, 256, 256]. */
export const CONV_STAGE = {
  blocks: 2,
  channels: 64,
  expandedChannels: 256,
  stridePx: 4,
  mergeStride: 2,
} as const;

export interface AttentionStage {
  readonly index: number;
  readonly blocks: number;
  /** How many run in one session: with more, freed memory is in the wrong pieces for what comes next. Divides `blocks`. */
  readonly blocksPerPart: number;
  readonly channels: number;
  readonly heads: number;
  /** Side of an attention window, in tokens. */
  readonly window: number;
  /** Model pixels from one token to the next. */
  readonly stridePx: number;
  /** Stride of the patch merging after the stage, which widens to the next stage; null after the last. */
  readonly mergeStride: 1 | 2 | null;
}
export const ATTENTION_STAGES: readonly AttentionStage[] = [
  { index: 1, blocks: 2, blocksPerPart: 1, channels: 128, heads: 4, window: 7, stridePx: 8, mergeStride: 2 },
  {
    index: 2,
    blocks: 6,
    blocksPerPart: 3,
    channels: 160,
    heads: 5,
    window: 14,
    stridePx: 16,
    mergeStride: 1,
  },
  {
    index: 3,
    blocks: 2,
    blocksPerPart: 1,
    channels: 320,
    heads: 10,
    window: 7,
    stridePx: 16,
    mergeStride: null,
  },
];
export const ENCODER_HEAD_CHANNELS = 32;
export const ENCODER_MLP_RATIO = 4;

export const DECODER_LAYERS = 2;
export const DECODER_HEADS = 8;
export const DECODER_MLP_CHANNELS = 2048;
/** Width of the attention between tokens and image: half of the embedding's. */
export const CROSS_ATTENTION_CHANNELS = 128;
/** Hidden channels of the mask input's downscaling, and of the masks' upscaling. */
export const MASK_DOWNSCALING_CHANNELS = [4, 16] as const;
export const MASK_UPSCALING_CHANNELS = [64, 32] as const;

export const LAYER_NORM_EPSILON = 1e-5;
/** LayerNorm2d of the neck, the mask downscaling and the upscaling. */
export const LAYER_NORM_2D_EPSILON = 1e-6;
