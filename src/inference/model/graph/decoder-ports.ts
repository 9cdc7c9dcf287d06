import {
  CROSS_ATTENTION_CHANNELS,
  DECODER_HEADS,
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  LOGITS_SIDE,
  MASK_TOKENS,
} from '../architecture.ts';

/** Free dimensions: prompts of a call, images (one, or one for each prompt that refines a mask), points of a prompt. */
const PROMPTS = 'prompts';
const IMAGES = 'images';
const POINTS = 'points';

export const IMAGE_CELLS = EMBEDDING_SIDE ** 2;
export const HEAD_CHANNELS = CROSS_ATTENTION_CHANNELS / DECODER_HEADS;

export const EMBEDDING_PORT = {
  name: 'image_embedding',
  shape: [1, EMBEDDING_CHANNELS, EMBEDDING_SIDE, EMBEDDING_SIDE],
} as const;

/**
 * What the decoder needs of an image, made once per image: its cells as rows, and the first layer's projections of
 * them, which no prompt has touched yet.
 */
export const IMAGE_PORTS = {
  /** The embedding's cells, with the embedding for "no mask" or that of a mask prompt. */
  image: { name: 'image', shape: [IMAGES, IMAGE_CELLS, EMBEDDING_CHANNELS] },
  /** Per head, as the tokens look at them. */
  keys: { name: 'first_keys', shape: [IMAGES, DECODER_HEADS, HEAD_CHANNELS, IMAGE_CELLS] },
  values: { name: 'first_values', shape: [IMAGES, DECODER_HEADS, IMAGE_CELLS, HEAD_CHANNELS] },
  /** As the cells look at the tokens. */
  queries: { name: 'first_queries', shape: [IMAGES, IMAGE_CELLS, CROSS_ATTENTION_CHANNELS] },
} as const;
export type ImagePort = keyof typeof IMAGE_PORTS;

export const MASK_INPUT_PORT = { name: 'mask_input', shape: [PROMPTS, 1, LOGITS_SIDE, LOGITS_SIDE] } as const;

export const PROMPT_PORTS = {
  coords: { name: 'point_coords', shape: [PROMPTS, POINTS, 2] },
  labels: { name: 'point_labels', shape: [PROMPTS, POINTS] },
  /** [1]: 1 for masks, 0 for predicted IoUs alone. */
  wantsMasks: { name: 'wants_masks', shape: [1] },
  /**
   * Only its shape counts: masks are made of that many rows and columns of the embedding, from the top left. One of both is
   * all of them, 64.
   */
  maskCells: { name: 'mask_cells', shape: ['rows', 'columns'] },
} as const;

export const MASK_PORTS = {
  /** Row by row, 4 rows and 4 columns for each of `maskCells`. */
  logits: { name: 'low_res_logits', shape: [PROMPTS, MASK_TOKENS, 'logits'] },
  iou: { name: 'iou_predictions', shape: [PROMPTS, MASK_TOKENS] },
} as const;
