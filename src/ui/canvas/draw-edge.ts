import type { PreviewedEdge } from '../session/edge-preview.ts';
import { clipToSeen, type MaskFrame } from './draw-mask.ts';
import { overlayColours } from './overlay-colours.ts';
import { imageToView, type Viewport } from './viewport.ts';

/** Of each preview, the whole image: zooming and panning only redraw it. */
const pictures = new WeakMap<PreviewedEdge, OffscreenCanvas>();

/**
 * A mask as its alpha says, without a line that would hide the edge.
 * @param context its transform is CSS pixels of the canvas
 */
export function drawEdge(
  context: CanvasRenderingContext2D,
  edge: PreviewedEdge,
  frame: MaskFrame,
  viewport: Viewport,
): void {
  let picture = pictures.get(edge);
  if (!picture) pictures.set(edge, (picture = tinted(edge)));
  const { x, y } = imageToView(viewport, { x: 0, y: 0 });
  const { width, height } = frame.imageSizePx;
  context.save();
  clipToSeen(context, frame, viewport);
  context.drawImage(picture, x, y, width * viewport.scale, height * viewport.scale);
  context.restore();
}

/** What is left out darkened and what is kept tinted, each as much as alpha says. */
function tinted(edge: PreviewedEdge): OffscreenCanvas {
  const { width, height } = edge.sizePx;
  const kept = new OffscreenCanvas(width, height);
  const keptContext = kept.getContext('2d')!;
  keptContext.putImageData(alphaImage(edge), edge.alphaRect.x, edge.alphaRect.y);

  const picture = new OffscreenCanvas(width, height);
  const context = picture.getContext('2d')!;
  context.fillStyle = overlayColours.leftOutOfEdge;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = 'destination-out';
  context.drawImage(kept, 0, 0);

  keptContext.globalCompositeOperation = 'source-in';
  keptContext.fillStyle = overlayColours.tint;
  keptContext.fillRect(0, 0, width, height);
  context.globalCompositeOperation = 'lighter';
  context.drawImage(kept, 0, 0);
  return picture;
}

function alphaImage({ alpha, alphaRect }: PreviewedEdge): ImageData {
  const image = new ImageData(alphaRect.width, alphaRect.height);
  for (let i = 0; i < alpha.length; i++) image.data[4 * i + 3] = alpha[i]!;
  return image;
}
