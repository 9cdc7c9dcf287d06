import * as v from 'valibot';
import { bytesSchema, defineContract, finiteNumber, positiveInteger } from './contract.ts';

/**
 * What a host (Figma's main process today) serves to the UI. Coordinates that the UI sees or sends are in *image
 * space*: pixels of the decoded image, origin at its top-left corner, y down. Only the host knows the canvas.
 */

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

export const pointSchema = v.object({ x: finiteNumber, y: finiteNumber });
const extent = v.pipe(finiteNumber, v.gtValue(0));
export const sizeSchema = v.object({ width: extent, height: extent });
const pixelSizeSchema = v.object({ width: positiveInteger, height: positiveInteger });

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

export const selectionSchema = v.object({
  images: v.array(imageLayerSchema),
  /** Why `images` is empty; null when it is not. */
  emptyReason: v.nullable(v.picklist(['nothing-selected', 'no-image'])),
  /** Images in the selection that are not listed because there are too many. */
  omittedCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export type Selection = v.InferOutput<typeof selectionSchema>;

export const sourceImageSchema = v.object({
  source: sourceSchema,
  /** The stored file: PNG, JPEG, GIF or WebP. */
  bytes: bytesSchema,
  /** Size of the stored image as the host knows it, in pixels. */
  imageSizePx: pixelSizeSchema,
  /** The layer's box in image space, as four corners in order: what of the image can be seen. */
  visibleImageQuad: v.tuple([pointSchema, pointSchema, pointSchema, pointSchema]),
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

export const outputSchema = v.variant('kind', [
  v.object({ kind: v.literal('cutout'), tiles: v.pipe(v.array(cutoutTileSchema), v.nonEmpty()) }),
  v.object({ kind: v.literal('vector'), paths: v.pipe(v.array(imagePathSchema), v.nonEmpty()) }),
  v.object({ kind: v.literal('mask-group'), paths: v.pipe(v.array(imagePathSchema), v.nonEmpty()) }),
]);
export type Output = v.InferOutput<typeof outputSchema>;
export type OutputKind = Output['kind'];

export const HOST_CONTRACT = defineContract({
  methods: {
    getSelection: { params: v.object({}), result: selectionSchema },
    /** Fails with `layer-missing`, `layer-changed` or `image-missing`. */
    readImage: { params: v.object({ source: sourceSchema }), result: sourceImageSchema },
    /**
     * Puts the output exactly over the source, selects it, in one undo step.
     * `imageSizePx` is the decoded size that the output's coordinates refer to.
     * Fails with `layer-missing`, `layer-changed`, `document-read-only`; then the document is as it was.
     */
    placeOutput: {
      params: v.object({ source: sourceSchema, imageSizePx: pixelSizeSchema, output: outputSchema }),
      result: v.object({
        /** Every node made, nested ones included: the UI knows its own results by them when they get selected. */
        nodeIds: v.array(v.string()),
        notice: v.nullable(v.string()),
      }),
    },
    resizeUi: { params: v.object({ sizePx: pixelSizeSchema }), result: v.null() },
    notify: { params: v.object({ message: text(300), isError: v.boolean() }), result: v.null() },
    closePlugin: { params: v.object({}), result: v.null() },
  },
  events: {
    selectionChanged: selectionSchema,
  },
});
export type HostContract = typeof HOST_CONTRACT;
