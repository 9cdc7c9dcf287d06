import { rectCorners, type Affine } from '../../shared/affine.ts';
import type { Params } from '../../shared/contract.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type {
  HostContract,
  ImageSource,
  Pixels,
  RenderReason,
  SourceImage,
} from '../../shared/host-contract.ts';
import { findRendered, findSource } from './find-source.ts';
import type { FilledLayer } from './image-fills.ts';
import { imageToLayer } from './image-placement.ts';
import { isConvexLayer } from './layer-outline.ts';
import { renderFill } from './render-fill.ts';
import { renderedPixels, renderedToLayer } from './rendered-pixels.ts';
import { renderedPixelsPerUnit, renderReasonOf, storedPixelsPerUnit } from './render-reason.ts';
import { visibleImagePolygon } from './visible-polygon.ts';

/**
 * The pixels of an image fill, and what of them the layer shows: of the stored file, or rendered where that would not be
 * what the canvas shows.
 * @throws TinyCutError `layer-missing`, `layer-changed`, `document-read-only`, or `image-missing` when Figma does not hand
 *   out the image in any way
 */
export async function readImage({
  source,
  isStoredUnusable,
}: Params<HostContract, 'readImage'>): Promise<SourceImage> {
  await findSource(source);
  const stored = await readStoredImage(source.imageHash);
  // Reading takes a while on slow lines: the layer may have gone meanwhile.
  const live = await findSource(source);
  if (live.isOrphan && (!stored || isStoredUnusable)) throw imageLost();
  if (!stored) return renderImage(source, 'missing', null);
  const map = imageToLayer(live.paint, stored.imageSizePx, live.node);
  if (live.isOrphan) {
    const { width, height } = stored.imageSizePx;
    const visibleImagePolygon = [...rectCorners({ x: 0, y: 0, width, height })];
    return { source, pixels: { from: 'stored' }, ...stored, visibleImagePolygon };
  }
  const reason = isStoredUnusable ? 'unreadable' : renderReasonOf(live, map);
  if (reason) return renderImage(source, reason, storedPixelsPerUnit(map).finer);
  return answer(source, { from: 'stored' }, stored, map, live.node);
}

function imageLost(): TinyCutError {
  return new TinyCutError(
    'image-missing',
    'The layer of this image was deleted, and its file cannot be read. Undo that, or select another image.',
  );
}

async function renderImage(
  source: ImageSource,
  reason: RenderReason,
  storedPxPerUnit: number | null,
): Promise<SourceImage> {
  const live = await findSource(source);
  const pixelsPerUnit = renderedPixelsPerUnit(live.node, storedPxPerUnit);
  const pixels = renderedPixels(live, reason, pixelsPerUnit);
  const rendered = await renderFill(live, pixelsPerUnit, !isConvexLayer(live.node));
  const { node } = await findRendered(source, pixels);
  return answer(source, pixels, rendered, renderedToLayer(pixels), node);
}

function answer(
  source: ImageSource,
  pixels: Pixels,
  image: ImageFile,
  imageToLayerMap: Affine,
  node: FilledLayer,
): SourceImage {
  return { source, pixels, ...image, visibleImagePolygon: visibleImagePolygon(node, imageToLayerMap) };
}

type ImageFile = Pick<SourceImage, 'bytes' | 'imageSizePx'>;

/** @returns null when Figma does not hand out the file, which does not mean that it cannot show it */
async function readStoredImage(imageHash: string): Promise<ImageFile | null> {
  try {
    const image = figma.getImageByHash(imageHash);
    if (!image) return null;
    const { width, height } = await image.getSizeAsync();
    return { bytes: await image.getBytesAsync(), imageSizePx: { width, height } };
  } catch {
    return null;
  }
}
