import * as v from 'valibot';
import { bytesSchema, defineContract, finiteNumber, positiveInteger, type Schema } from './contract.ts';
import { edgeSettingsSchema } from './edge-settings.ts';
import {
  colourSchema,
  cutoutTileSchema,
  imagePathSchema,
  objectOutputSchema,
  pointSchema,
} from './host-contract.ts';
import { retouchSchema } from './retouch.ts';

/**
 * What the engine's worker serves to the UI. It never crosses Figma's boundary, so typed arrays other than
 * Uint8Array are allowed. All points, boxes and paths are in image space (pixels of the decoded image).
 */

const floats = v.instance(Float32Array) as Schema<Float32Array>;
const unitFraction = v.pipe(finiteNumber, v.minValue(0), v.maxValue(1));
const pixelSize = v.object({ width: positiveInteger, height: positiveInteger });
const rectSchema = v.object({ x: finiteNumber, y: finiteNumber, width: finiteNumber, height: finiteNumber });

/** Side of the padded square that the encoder sees, in model pixels. */
export const MODEL_SIDE_PX = 1024;
/** Side of the square grid on which the decoder answers. */
export const LOGITS_SIDE = 256;
/** Model pixels per cell of that grid. */
export const CELL_MODEL_PX = MODEL_SIDE_PX / LOGITS_SIDE;
const maskLogits = v.pipe(
  floats,
  v.check((logits) => logits.length === LOGITS_SIDE * LOGITS_SIDE, 'logits must be 256 x 256'),
);

export const promptSchema = v.object({
  /** Clicks; `label` 1 is on the object, 0 is off it. */
  points: v.array(v.object({ x: finiteNumber, y: finiteNumber, label: v.picklist([0, 1]) })),
  box: v.nullable(rectSchema),
  /** Logits [256 x 256] of the mask to refine, from an earlier answer; null to start afresh. */
  previousLogits: v.nullable(maskLogits),
});
export type Prompt = v.InferOutput<typeof promptSchema>;

export const maskCandidateSchema = v.object({
  /** Mask token, 0..3: 0 is the decoder's single-mask answer, 1..3 are whole / part / detail in no fixed order. */
  tokenIndex: v.picklist([0, 1, 2, 3]),
  /**
   * Logits [256 x 256], row-major; > 0 is inside. Covers the padded 1024 x 1024 model square. The worker answers with
   * dust removed, so that a preview shows what a result will have.
   */
  logits: maskLogits,
  /** The decoder's own estimate; not clamped, 1.02 occurs. */
  predictedIou: finiteNumber,
  /** area(logit > 1) / area(logit > -1), 0..1. */
  stabilityScore: unitFraction,
  /** Share of the image that is inside, 0..1. */
  areaFraction: unitFraction,
});
export type MaskCandidate = v.InferOutput<typeof maskCandidateSchema>;

export const subjectProposalSchema = v.object({
  logits: maskLogits,
  predictedIou: finiteNumber,
  stabilityScore: unitFraction,
  areaFraction: unitFraction,
  /** Only the order means anything, and only among the proposals of one image. */
  score: finiteNumber,
  /** Where the mask is thickest: a click that means it. */
  imagePoint: pointSchema,
});
/** What may be the subject of an image: fields as in `MaskCandidate`. */
export type SubjectProposal = v.InferOutput<typeof subjectProposalSchema>;

export const embeddedImageSchema = v.object({
  /** SHA-256 of the file, hex: the key of the embedding cache. */
  imageId: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  imageSizePx: pixelSize,
  /** Size of the image on the 1024 x 1024 model square, in model pixels; the rest is padding. */
  modelSizePx: pixelSize,
  /** Whether the encoder did not have to run. */
  fromCache: v.boolean(),
});
export type EmbeddedImage = v.InferOutput<typeof embeddedImageSchema>;

export const progressSchema = v.object({
  stage: v.picklist([
    'unpack',
    'compile',
    'decode',
    'preprocess',
    'encode',
    'search',
    'refine',
    'trace',
    'write',
  ]),
  /** Share of the whole call that is done, 0..1. */
  fraction: unitFraction,
});
export type EngineProgress = v.InferOutput<typeof progressSchema>;

/** A map of layers has a byte per cell. */
export const MAX_LAYERS = 255;

const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const arrangementSchema = v.object({
  /** [256 x 256] over the padded model square, row-major: 0 is the background, n belongs to `layers[n - 1]`. */
  labels: v.pipe(
    bytesSchema,
    v.check((labels) => labels.length === LOGITS_SIDE * LOGITS_SIDE, 'labels must be 256 x 256'),
  ),
  /** From back to front, thus largest first. */
  layers: v.array(
    v.object({
      /** The same at every level of detail. */
      id: wholeNumber,
      /** Of the layers here, the smallest that this one is a part of. */
      parentId: v.nullable(wholeNumber),
      /** Box of what the layer owns, to a cell. */
      imageRect: rectSchema,
      /** Share of the image that the layer owns, 0..1: without its parts that are layers themselves. */
      areaFraction: unitFraction,
    }),
  ),
});
export type Arrangement = v.InferOutput<typeof arrangementSchema>;

export const searchProgressSchema = v.object({
  /** Share of the search that is done, 0..1. */
  fraction: unitFraction,
  /** Null as long as nothing can be said. */
  remainingMs: v.nullable(finiteNumber),
  /** All that was found so far; null when it is what the last report told. */
  arrangement: v.nullable(arrangementSchema),
});
export type SearchProgress = v.InferOutput<typeof searchProgressSchema>;

export const madeLayerSchema = v.object({
  /** Index into the groups asked for; null for the background. */
  groupIndex: v.nullable(wholeNumber),
  /** Mean colour of what the layer shows. */
  colour: colourSchema,
  output: objectOutputSchema,
});
export type MadeLayer = v.InferOutput<typeof madeLayerSchema>;

/** Which mask of which image, and the part of the image that may be used (its visible part). */
const maskParams = {
  imageId: embeddedImageSchema.entries.imageId,
  logits: maskLogits,
  /** Convex polygon in image space; what lies outside is left out. Null for the whole image. */
  clipImagePolygon: v.nullable(v.pipe(v.array(pointSchema), v.minLength(3))),
  /** Left out for the mask as it is. */
  retouch: v.optional(retouchSchema),
};

export const outlineSettingsSchema = v.object({
  /**
   * From few nodes and none of the small islands and holes, 0, to all that the mask has, 1. See EDITABLE_DETAIL and
   * EXACT_DETAIL.
   */
  detail: unitFraction,
});
export type OutlineSettings = v.InferOutput<typeof outlineSettingsSchema>;

/** As few nodes as anyone would draw by hand; the default. */
export const EDITABLE_DETAIL = 0.5;
/** As close to the mask as makes sense. */
export const EXACT_DETAIL = 1;

const outlineFigures = {
  /** Of all paths. */
  nodeCount: wholeNumber,
  /** Largest distance between the edge and the path, in image pixels, but at corners that were put back. */
  maxDeviationPx: v.pipe(finiteNumber, v.minValue(0)),
};

export const ENGINE_CONTRACT = defineContract({
  methods: {
    /** Files as they ship: gzip-compressed. Loading twice is an error of the caller. */
    load: {
      params: v.object({
        /** A weight pack. */
        packGzip: bytesSchema,
        /** `ort-wasm-simd-threaded.wasm` */
        wasmGzip: bytesSchema,
        /** One when left out. After a load with more has failed, a worker can only be thrown away. */
        maxThreadCount: v.optional(positiveInteger),
      }),
      /** Threads as there are: fewer where the browser has none. */
      result: v.object({ loadMs: finiteNumber, threadCount: positiveInteger }),
      progress: progressSchema,
    },
    /** Decodes and embeds an image file. Fails with `image-unreadable`, `image-too-large`, `out-of-memory`. */
    embed: {
      params: v.object({
        file: bytesSchema,
        /** From `keepEmbedding`, for the same image; of no effect when it is of anything else. */
        keptEmbedding: v.optional(bytesSchema),
      }),
      result: embeddedImageSchema,
      progress: progressSchema,
    },
    /** The embedding in a form to be kept between sessions, 2 MB. Fails with `image-missing`. */
    keepEmbedding: {
      params: v.object({ imageId: maskParams.imageId }),
      result: v.object({ bytes: bytesSchema }),
    },
    /** Fails with `image-missing` when the embedding was dropped from the cache: embed again. */
    segment: {
      params: v.object({ imageId: maskParams.imageId, prompt: promptSchema }),
      result: v.object({
        /** The four mask tokens in order. */
        candidates: v.array(maskCandidateSchema),
        /** Index into `candidates` of the one to show first. */
        defaultIndex: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        /** Indices into `candidates`, largest area first: whole, part, detail. */
        bySize: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
        decodeMs: finiteNumber,
      }),
    },
    /** Full-resolution cutout, trimmed to the mask. Fails with `mask-empty`. */
    makeCutout: {
      params: v.object({
        ...maskParams,
        /** Null for the mask's own edge, which does not look at the image. */
        edge: v.nullable(edgeSettingsSchema),
        maxTileSidePx: positiveInteger,
      }),
      result: v.object({ tiles: v.array(cutoutTileSchema) }),
      progress: progressSchema,
    },
    /**
     * What the edge of `makeCutout` looks like, from a small copy of the image, unclipped. Takes seconds for a small object
     * that is new, which is encoded again. Fails with `mask-empty`.
     */
    previewEdge: {
      params: v.object({
        imageId: maskParams.imageId,
        logits: maskLogits,
        retouch: maskParams.retouch,
        edge: edgeSettingsSchema,
        /** Of the copy, or of the part of it around a small object. */
        maxSidePx: positiveInteger,
      }),
      result: v.object({
        /** 0..255, [alphaRect.height x alphaRect.width]; transparent elsewhere. */
        alpha: bytesSchema,
        /** Whole pixels of the copy. */
        alphaRect: rectSchema,
        /** Size of the copy. */
        sizePx: pixelSize,
      }),
    },
    /** Closed outlines of the mask. Fails with `mask-empty`. */
    tracePaths: {
      params: v.object({
        ...maskParams,
        /** As for `makeCutout`. */
        edge: v.nullable(edgeSettingsSchema),
        outline: outlineSettingsSchema,
      }),
      result: v.object({ paths: v.array(imagePathSchema), ...outlineFigures }),
      progress: progressSchema,
    },
    /** Finds what an image is about, without a prompt. */
    findSubject: {
      params: v.object({ imageId: maskParams.imageId }),
      result: v.object({
        /** Best first, none like another; empty when nothing stands out. */
        proposals: v.array(subjectProposalSchema),
      }),
      progress: progressSchema,
    },
    /** Finds what there is in an image, for `arrangeLayers` and `makeLayers`; at once when it was found before. */
    findRegions: {
      params: v.object({ imageId: maskParams.imageId }),
      result: v.object({ regionCount: wholeNumber }),
      progress: searchProgressSchema,
    },
    /** Runs no model. Fails with `regions-missing` before `findRegions`. */
    arrangeLayers: {
      params: v.object({
        imageId: maskParams.imageId,
        /** Fewer and larger .. more and smaller. */
        detail: unitFraction,
      }),
      result: arrangementSchema,
    },
    /** Makes layers and the background at full resolution, from back to front. Fails with `mask-empty`. */
    makeLayers: {
      params: v.object({
        imageId: maskParams.imageId,
        /** Ids of layers that become one, per layer to make. No id twice. */
        groups: v.array(v.pipe(v.array(wholeNumber), v.nonEmpty())),
        kind: v.picklist(['cutout', 'vector', 'mask-group']),
        clipImagePolygon: maskParams.clipImagePolygon,
        maxTileSidePx: positiveInteger,
        outline: outlineSettingsSchema,
      }),
      result: v.object({ layers: v.array(madeLayerSchema) }),
      progress: progressSchema,
    },
  },
  events: {
    /** Memory ran out, and was found by keeping less: one image at a time from now on. Once in a worker's life. */
    memoryShort: v.object({}),
  },
});
export type EngineContract = typeof ENGINE_CONTRACT;
