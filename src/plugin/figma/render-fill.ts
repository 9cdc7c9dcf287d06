import { IDENTITY, type Size } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { SourceImage } from '../../shared/host-contract.ts';
import { isEditRefusal } from './edit-access.ts';
import type { LiveSource } from './find-source.ts';
import { asTransform } from './result-pieces.ts';
import { addTemporary, removeLeftOver, removeTemporary } from './temporary-nodes.ts';

/** Out of sight, and a whole number, so that the export begins at the border of a pixel. */
const FAR_AWAY = -100_000;
/** Of a size that is a whole number but for rounding. */
const ROUNDING = 1e-3;

/**
 * One image fill as the canvas shows it in the layer's box, with its adjustments, upright. The layer itself cannot be
 * exported for that: its strokes, effects, other fills, contents and rotation would be in the picture, and the result
 * would have them twice. So a copy with nothing but the fill is, scaled up within a frame of whole pixels, whose size
 * leaves nothing to rounding. The copy is gone afterwards, whatever happens.
 * @param pixelsPerUnit as `renderedPixelsPerUnit` has it
 * @param isShaped whether the layer's outline is to be in the picture's alpha
 * @throws TinyCutError `document-read-only`, `image-missing`
 */
export async function renderFill(
  { node, paint }: LiveSource,
  pixelsPerUnit: number,
  isShaped: boolean,
): Promise<Pick<SourceImage, 'bytes' | 'imageSizePx'>> {
  removeLeftOver();
  const made: SceneNode[] = [];
  try {
    const frame = addTemporary(figma.createFrame());
    made.push(frame);
    const content = addTemporary(isShaped ? (node.clone() as RectangleNode) : figma.createRectangle());
    made.push(content);
    frame.name = 'TinyCut is reading an image';
    frame.fills = [];
    frame.clipsContent = true;
    frame.resizeWithoutConstraints(
      wholePixels(node.width * pixelsPerUnit),
      wholePixels(node.height * pixelsPerUnit),
    );
    frame.x = FAR_AWAY;
    frame.y = FAR_AWAY;
    frame.appendChild(content);
    if (isShaped) stripCopy(content, pixelsPerUnit);
    else content.resizeWithoutConstraints(node.width * pixelsPerUnit, node.height * pixelsPerUnit);
    content.fills = [plainPaint(paint, pixelsPerUnit)];
    content.relativeTransform = asTransform(IDENTITY);
    // All of the frame, even where it is empty.
    const bytes = await frame.exportAsync({ format: 'PNG', useAbsoluteBounds: true, colorProfile: 'SRGB' });
    return { bytes, imageSizePx: pngSize(bytes) };
  } catch (thrown) {
    throw made.some(({ removed }) => removed) ? undone() : renderFailure(thrown);
  } finally {
    for (const copy of made.reverse()) removeTemporary(copy);
  }
}

function wholePixels(size: number): number {
  return Math.max(Math.ceil(size - ROUNDING), 1);
}

function stripCopy(copy: RectangleNode, scale: number): void {
  copy.isMask = false;
  copy.locked = false;
  copy.opacity = 1;
  copy.blendMode = 'NORMAL';
  copy.strokes = [];
  copy.effects = [];
  if (scale !== 1) copy.rescale(scale);
}

/** As the canvas shows it, but for what the result gets from the paint itself. */
function plainPaint(paint: ImagePaint, scale: number): ImagePaint {
  const plain: ImagePaint = { ...paint, opacity: 1, blendMode: 'NORMAL' };
  return paint.scaleMode === 'TILE' ? { ...plain, scalingFactor: (paint.scalingFactor ?? 1) * scale } : plain;
}

/** From the header: 16 bytes in, big endian. */
function pngSize(png: Uint8Array): Size {
  const at = (i: number) =>
    (((png[i] as number) << 24) |
      ((png[i + 1] as number) << 16) |
      ((png[i + 2] as number) << 8) |
      (png[i + 3] as number)) >>>
    0;
  return { width: at(16), height: at(20) };
}

function undone(): TinyCutError {
  return new TinyCutError(
    'image-missing',
    'The layer that this image is rendered from was removed meanwhile, perhaps by an undo. Try again.',
  );
}

function renderFailure(thrown: unknown): TinyCutError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (isEditRefusal(thrown)) {
    return new TinyCutError(
      'document-read-only',
      'This image has to be rendered, for which the file must be editable. Ask for edit access, or duplicate it to your drafts.',
    );
  }
  if (/too large/i.test(reason)) {
    return new TinyCutError(
      'image-too-large',
      'Figma cannot render a layer of this size. Make the layer smaller, or reset its image adjustments.',
    );
  }
  return new TinyCutError(
    'image-missing',
    `Figma could not render this image (${reason}). Wait until the canvas shows it, then try again.`,
  );
}
