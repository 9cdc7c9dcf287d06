/**
 * The engine as a library: TinySAM segmentation in WebAssembly, for browsers and Node.
 *
 *     const segmenter = await Segmenter.load({ pack });
 *     const { imageId } = await segmenter.embed(pngBytes);
 *     const prompt = { points: [{ x: 420, y: 310, label: 1 }], box: null, previousLogits: null };
 *     const { candidates, defaultIndex } = await segmenter.segment(imageId, prompt);
 *     const [tile] = await segmenter.makeCutout(imageId, candidates[defaultIndex].logits);
 */
export { Segmenter, type Segmentation } from './segmenter.ts';
export type {
  CutoutOptions,
  EdgePreviewOptions,
  EmbedOptions,
  EngineFiles,
  LayerOptions,
  MaskOptions,
  MatteOptions,
  SegmenterOptions,
  TraceOptions,
} from './segmenter-options.ts';
export type { RunOptions } from './stages.ts';
export type { TracedMask } from './trace/trace-mask.ts';
export { EDITABLE_DETAIL, EXACT_DETAIL } from '../shared/engine-contract.ts';
export { DEFAULT_EDGE, MAX_EDGE_SHIFT_PX, type EdgeSettings } from '../shared/edge-settings.ts';
export type { Matte } from './matte/matte.ts';
export type { ImageCodec, RgbaImage } from './image-codec.ts';
export type { ImageFormat } from '../shared/image-header.ts';
export { decodeImageFile } from './decode-image.ts';
export { browserImageCodec } from './browser-image-codec.ts';
export { TinyCutError, type ErrorCode } from '../shared/errors.ts';
export type { CancelSignal } from '../shared/cancellation.ts';
export type { Point, Rect, Size } from '../shared/affine.ts';
export type {
  Arrangement,
  EmbeddedImage,
  EngineProgress,
  MadeLayer,
  MaskCandidate,
  OutlineSettings,
  Prompt,
  SearchProgress,
  SubjectProposal,
} from '../shared/engine-contract.ts';
export type { Retouch, Stroke } from '../shared/retouch.ts';
export type { CutoutTile, ImagePath, ObjectOutput, OutputKind } from '../shared/host-contract.ts';
