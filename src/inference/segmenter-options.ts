import type { Point } from '../shared/affine.ts';
import type { CancelSignal } from '../shared/cancellation.ts';
import type { EdgeSettings } from '../shared/edge-settings.ts';
import type { OutlineSettings } from '../shared/engine-contract.ts';
import type { Retouch } from '../shared/retouch.ts';
import type { EdgePreviewRequest } from './edge-preview.ts';
import type { ImageCodec } from './image-codec.ts';
import type { RunOptions } from './stages.ts';

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

export interface CutoutOptions extends MatteOptions {
  /** 4096 when left out. */
  maxTileSidePx?: number | undefined;
}

export interface TraceOptions extends MatteOptions {
  /** How many nodes; editable when left out. */
  outline?: OutlineSettings | undefined;
}

export type LayerOptions = TraceOptions & CutoutOptions;

export interface EdgePreviewOptions extends Pick<EdgePreviewRequest, 'edge' | 'retouch' | 'maxSidePx'> {
  signal?: CancelSignal | undefined;
}
