import { translation } from '../../src/shared/affine.ts';
import { FigmaDocument, type NodePatch } from './document/figma-document.ts';

export interface PhotoLayerOptions {
  name?: string;
  /** Long side of the layer on the canvas; the short side follows the image. */
  longSide?: number;
  x?: number;
  y?: number;
  /** Anything else of the layer, such as its transform or fills. */
  layer?: NodePatch;
  parentId?: string;
}

/** A new document whose only layer is a photo, selected: what the demo, the workbench and most tests start from. */
export function photoDocument(
  bytes: Uint8Array,
  options: PhotoLayerOptions = {},
): { document: FigmaDocument; photoId: string } {
  const document = new FigmaDocument();
  const photoId = addPhoto(document, bytes, options);
  document.commitUndo();
  return { document, photoId };
}

/**
 * Drops a photo on the canvas, as a user does, and selects it.
 * @throws Error with Figma's wording when the file is no PNG, JPEG or GIF, or has more than 4096 px a side
 */
export function addPhoto(
  document: FigmaDocument,
  bytes: Uint8Array,
  { name = 'Photo', longSide = 800, x = 0, y = 0, layer = {}, parentId }: PhotoLayerOptions = {},
): string {
  const { hash, sizePx } = document.images.add(bytes);
  const scale = longSide / Math.max(sizePx.width, sizePx.height);
  const [width, height] = [sizePx.width * scale, sizePx.height * scale];
  const photoId = document.add(
    'RECTANGLE',
    {
      name,
      width,
      height,
      relativeTransform: translation(x, y) as Transform,
      fills: [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: hash }],
      ...layer,
    },
    parentId,
  );
  document.setSelection([photoId]);
  return photoId;
}
