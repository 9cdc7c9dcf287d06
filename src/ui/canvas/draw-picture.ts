import type { Point } from '../../shared/affine.ts';
import type { Picture } from '../session/picture.ts';
import { imageToView, type Viewport } from './viewport.ts';

const SQUARE_PX = 8;
/** Neutral greys that read as "transparent" in both themes. */
const LIGHT_SQUARE = '#ffffff';
const DARK_SQUARE = '#e3e3e3';
/** From here on an image pixel is shown as a square. */
const PIXELATED_FROM_SCALE = 6;

/** @param context its transform is CSS pixels of the canvas */
export function drawPicture(context: CanvasRenderingContext2D, picture: Picture, viewport: Viewport): void {
  const { width, height } = context.canvas.getBoundingClientRect();
  context.clearRect(0, 0, width, height);
  const { x, y } = imageToView(viewport, { x: 0, y: 0 });
  const imageWidth = picture.imageSizePx.width * viewport.scale;
  const imageHeight = picture.imageSizePx.height * viewport.scale;
  context.fillStyle = checkerboard(context, { x, y });
  context.fillRect(x, y, imageWidth, imageHeight);
  context.imageSmoothingEnabled = viewport.scale < PIXELATED_FROM_SCALE;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture.image as ImageBitmap, x, y, imageWidth, imageHeight);
}

/** The pattern hangs on the image, so that it moves along when panning. */
function checkerboard(context: CanvasRenderingContext2D, origin: Point): CanvasPattern {
  const tile = new OffscreenCanvas(SQUARE_PX * 2, SQUARE_PX * 2);
  const tileContext = tile.getContext('2d')!;
  tileContext.fillStyle = LIGHT_SQUARE;
  tileContext.fillRect(0, 0, tile.width, tile.height);
  tileContext.fillStyle = DARK_SQUARE;
  tileContext.fillRect(0, 0, SQUARE_PX, SQUARE_PX);
  tileContext.fillRect(SQUARE_PX, SQUARE_PX, SQUARE_PX, SQUARE_PX);
  const pattern = context.createPattern(tile, 'repeat')!;
  pattern.setTransform(new DOMMatrix().translate(origin.x, origin.y));
  return pattern;
}
