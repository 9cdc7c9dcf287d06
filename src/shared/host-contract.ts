import * as v from 'valibot';
import { bytesSchema, defineContract, finiteNumber, positiveInteger } from './contract.ts';
import { cutoutRecipeSchema, OUTPUT_KINDS } from './cutout-recipe.ts';

/**
 * What a host (Figma's main process, an editor's extension) serves to the UI. Coordinates that the UI sees or sends are in *image
 * space*: pixels of the decoded image, origin at its top-left corner, y down. Only the host knows the canvas.
 */

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

export const pointSchema = v.object({ x: finiteNumber, y: finiteNumber });
const extent = v.pipe(finiteNumber, v.gtValue(0));
export const sizeSchema = v.object({ width: extent, height: extent });
export const pixelSizeSchema = v.object({ width: positiveInteger, height: positiveInteger });

/** Names one image: a layer's fill, and the content it had when it was listed. */
export const sourceSchema = v.object({
  layerId: text(200),
  fillIndex: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  imageHash: text(200),
});
export type ImageSource = v.InferOutput<typeof sourceSchema>;

export const imageLayerSchema = v.object({
  source: sourceSchema,
  name: v.string(),
  /** Size of the layer in its own units. */
  layerSize: sizeSchema,
});
export type ImageLayer = v.InferOutput<typeof imageLayerSchema>;

export const EMPTY_REASONS = ['nothing-selected', 'no-image', 'hidden', 'mixed-fills'] as const;
export type EmptyReason = (typeof EMPTY_REASONS)[number];

export const selectionSchema = v.object({
  images: v.array(imageLayerSchema),
  /** Why `images` is empty; null when it is not. */
  emptyReason: v.nullable(v.picklist(EMPTY_REASONS)),
  /** Images in the selection that are not listed because there are too many. */
  omittedCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export type Selection = v.InferOutput<typeof selectionSchema>;

/** Why an image was rendered: what of it the stored file does not have, or that there is none to be had. */
export const RENDER_REASONS = ['filters', 'shape', 'coarse', 'missing', 'unreadable'] as const;
export type RenderReason = (typeof RENDER_REASONS)[number];

/**
 * Where an image's pixels are from, and with that, what image space is: the pixels of the stored file, or those of the
 * layer's box, in which the fill alone was rendered as the canvas shows it. The UI hands it back when it places.
 */
export const pixelsSchema = v.variant('from', [
  v.object({ from: v.literal('stored') }),
  v.object({
    from: v.literal('rendered'),
    reason: v.picklist(RENDER_REASONS),
    /** Pixels to a unit of the layer. */
    pixelsPerUnit: extent,
    /** What was rendered; another text when the layer or its fill was changed since. */
    look: text(2000),
  }),
]);
export type Pixels = v.InferOutput<typeof pixelsSchema>;

export const sourceImageSchema = v.object({
  source: sourceSchema,
  pixels: pixelsSchema,
  /** The stored file (PNG, JPEG, GIF or WebP), or a rendered PNG. */
  bytes: bytesSchema,
  /** Size of the image as the host knows it, in pixels. */
  imageSizePx: pixelSizeSchema,
  /** Convex polygon in image space: what of the image can be seen. Of a plain box its four corners in order. */
  visibleImagePolygon: v.pipe(v.array(pointSchema), v.minLength(3), v.maxLength(2000)),
});
export type SourceImage = v.InferOutput<typeof sourceImageSchema>;

/** A part of a cutout: a PNG and the pixels of the source image that it covers. */
export const cutoutTileSchema = v.object({
  png: bytesSchema,
  imageRect: v.object({
    x: finiteNumber,
    y: finiteNumber,
    width: extent,
    height: extent,
  }),
});
export type CutoutTile = v.InferOutput<typeof cutoutTileSchema>;

/** A closed outline in image space, in the grammar `M x y L x y C x1 y1 x2 y2 x y Z`, single spaces. */
export const imagePathSchema = v.object({
  windingRule: v.picklist(['EVENODD', 'NONZERO']),
  data: v.pipe(v.string(), v.nonEmpty(), v.regex(/^[MLCZ0-9eE .+-]+$/, 'not path data')),
});
export type ImagePath = v.InferOutput<typeof imagePathSchema>;

const objectOutputs = [
  v.object({ kind: v.literal('cutout'), tiles: v.pipe(v.array(cutoutTileSchema), v.nonEmpty()) }),
  v.object({ kind: v.literal('vector'), paths: v.pipe(v.array(imagePathSchema), v.nonEmpty()) }),
  v.object({ kind: v.literal('mask-group'), paths: v.pipe(v.array(imagePathSchema), v.nonEmpty()) }),
] as const;
export const objectOutputSchema = v.variant('kind', objectOutputs);
export type ObjectOutput = v.InferOutput<typeof objectOutputSchema>;
export type OutputKind = ObjectOutput['kind'];

/** Objects that an image is split into at once: each is a node or more, and a PNG that is in memory three times over. */
export const MAX_PLACED_OBJECTS = 60;

const colourShare = v.pipe(finiteNumber, v.minValue(0), v.maxValue(1));
/** sRGB, 0..1 each. */
export const colourSchema = v.object({ r: colourShare, g: colourShare, b: colourShare });
export type Colour = v.InferOutput<typeof colourSchema>;

export const namedLayerSchema = v.object({
  name: v.pipe(text(100), v.nonEmpty()),
  /** Mean colour of what the layer shows; for shapes. */
  colour: colourSchema,
  output: objectOutputSchema,
});
export type NamedLayer = v.InferOutput<typeof namedLayerSchema>;

export const outputSchema = v.variant('kind', [
  ...objectOutputs,
  v.object({
    /** One group, its layers from back to front; over one another they look as the image does. */
    kind: v.literal('layers'),
    /** The objects and the background. */
    layers: v.pipe(v.array(namedLayerSchema), v.nonEmpty(), v.maxLength(MAX_PLACED_OBJECTS + 1)),
  }),
]);
export type Output = v.InferOutput<typeof outputSchema>;

/**
 * What the UI was started for; `edit`: go on with the cutout that is selected; `batch`: wait for the host's call
 * (`removeBackgrounds`), and open nothing.
 */
export const startTaskSchema = v.picklist(['object', 'everything', 'edit', 'batch']);
export type StartTask = v.InferOutput<typeof startTaskSchema>;

/** What the host makes of results, so that the UI offers no more and says what is true. */
export const hostTraitsSchema = v.object({
  /** Layers over the image on a canvas, or files beside it. */
  resultsAre: v.picklist(['layers', 'files']),
  outputKinds: v.pipe(v.array(v.picklist(OUTPUT_KINDS)), v.nonEmpty()),
  /** The longest side of a PNG that the host takes; null for any. */
  maxTileSidePx: v.nullable(positiveInteger),
  /** Whether the UI's window can be dragged larger. */
  isUiResizable: v.boolean(),
  /** Whether undo keys that the UI leaves alone reach the host, which then takes back the last result. */
  hearsUndoKeys: v.boolean(),
  /** Whether it keeps the embedding of the last image between sessions. */
  keepsEmbeddings: v.boolean(),
});
export type HostTraits = v.InferOutput<typeof hostTraitsSchema>;

/** A result that the host remembers how it was made. */
export const keptCutoutSchema = v.object({
  /** Names the result when another one replaces it. */
  nodeId: text(200),
  name: v.string(),
  /** The result's nodes, nested ones included. */
  nodeIds: v.array(v.string()),
  /** The image that it was cut out of. */
  layer: imageLayerSchema,
  /** The size that the recipe's coordinates refer to, and whether those were pixels that the host had rendered. */
  imageSizePx: pixelSizeSchema,
  isRendered: v.boolean(),
  recipe: cutoutRecipeSchema,
});
export type KeptCutout = v.InferOutput<typeof keptCutoutSchema>;

/** A cutout that is to be made again, of the same image or of others. */
export const repeatedCutoutSchema = v.object({
  /** Of the image that it was made of. */
  imageHash: text(200),
  /** What the recipe's coordinates refer to, and whether those were pixels that the host had rendered. */
  imageSizePx: pixelSizeSchema,
  isRendered: v.boolean(),
  recipe: cutoutRecipeSchema,
});
export type RepeatedCutout = v.InferOutput<typeof repeatedCutoutSchema>;

/** A kept embedding is 2 MB, and Figma keeps 5 for a plugin. */
const MAX_EMBEDDING_BYTES = 3_000_000;

export const HOST_CONTRACT = defineContract({
  methods: {
    describeHost: { params: v.object({}), result: hostTraitsSchema },
    getSelection: { params: v.object({}), result: selectionSchema },
    /**
     * The stored pixels, or rendered ones where those do not show what the canvas does.
     * Fails with `layer-missing`, `layer-changed`, `image-missing` or, when it has to render, `document-read-only`.
     */
    readImage: {
      params: v.object({
        source: sourceSchema,
        /** Asks for rendered pixels: the stored file proved to be of no use. */
        isStoredUnusable: v.optional(v.boolean()),
      }),
      result: sourceImageSchema,
    },
    /**
     * Puts the output exactly over the source, in one undo step, and selects it unless something else was selected meanwhile.
     * `imageSizePx` is the decoded size that the output's coordinates refer to.
     * Fails with `layer-missing`, `layer-changed`, `document-read-only`; then the document is as it was.
     */
    placeOutput: {
      params: v.object({
        source: sourceSchema,
        /** As `readImage` told it. */
        pixels: pixelsSchema,
        imageSizePx: pixelSizeSchema,
        output: outputSchema,
        /** How it was made, for `readCutout`. */
        recipe: v.optional(cutoutRecipeSchema),
        /**
         * The `nodeId` of an earlier result that this one takes the place of, wherever that was moved to; if it is gone or
         * held fast, the new one is placed as any other.
         */
        replacesNodeId: v.optional(text(200)),
      }),
      result: v.object({
        /** Every node made, nested ones included: the UI knows its own results by them when they get selected. */
        nodeIds: v.array(v.string()),
        notice: v.nullable(v.string()),
        /** Whether an earlier result gave its place to this one. */
        hasReplaced: v.optional(v.boolean()),
      }),
    },
    /**
     * The result that is selected, with what it was made of.
     * Fails with `cutout-unknown` when none is, or the host does not remember, and `image-missing`.
     */
    readCutout: { params: v.object({}), result: keptCutoutSchema },
    getStartTask: { params: v.object({}), result: v.object({ task: startTaskSchema }) },
    /**
     * Keeps an embedding in place of the one before, for the next session. It never fails: what cannot be kept is made again.
     * `imageKey` names the pixels: as long as they are the same, so is it.
     */
    keepEmbedding: {
      params: v.object({
        imageKey: text(3000),
        bytes: v.pipe(bytesSchema, v.maxLength(MAX_EMBEDDING_BYTES)),
      }),
      result: v.null(),
    },
    recallEmbedding: {
      params: v.object({ imageKey: text(3000) }),
      /** Null when it is not of this image. The engine checks what is in it. */
      result: v.object({ bytes: v.nullable(bytesSchema) }),
    },
    resizeUi: { params: v.object({ sizePx: pixelSizeSchema }), result: v.null() },
    notify: { params: v.object({ message: text(300), isError: v.boolean() }), result: v.null() },
    closePlugin: { params: v.object({}), result: v.null() },
  },
  events: {
    selectionChanged: selectionSchema,
    /** The user has taken back the last result by the host's own undo. */
    outputUndone: v.object({}),
  },
});
export type HostContract = typeof HOST_CONTRACT;
