import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { ShownLayer, ShownLayers } from '../session/layer-choice.ts';
import type { Picture } from '../session/picture.ts';

/** Device pixels of the drawing; CSS shows it at half of that. */
const SIDE_PX = 80;

interface LayerThumbnailProps {
  picture: Picture;
  shown: ShownLayers;
  layer: ShownLayer;
  modelSizePx: Size;
}

/** What a layer shows of the picture, fitted into a square. */
export function LayerThumbnail({ picture, shown, layer, modelSizePx }: LayerThumbnailProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvasRef.current?.getContext('2d');
    if (context) drawLayer(context, picture, shown, layer, modelSizePx);
  }, [picture, shown, layer, modelSizePx]);
  return <canvas ref={canvasRef} width={SIDE_PX} height={SIDE_PX} aria-hidden="true" />;
}

function drawLayer(
  context: CanvasRenderingContext2D,
  { image, imageSizePx }: Picture,
  { arrangement }: ShownLayers,
  { imageRect, labels }: ShownLayer,
  modelSizePx: Size,
): void {
  const scale = SIDE_PX / Math.max(imageRect.width, imageRect.height);
  const [width, height] = [imageRect.width * scale, imageRect.height * scale];
  const [x, y] = [(SIDE_PX - width) / 2, (SIDE_PX - height) / 2];
  context.clearRect(0, 0, SIDE_PX, SIDE_PX);
  context.imageSmoothingQuality = 'high';
  context.globalCompositeOperation = 'source-over';
  const cellWidth = (CELL_MODEL_PX * imageSizePx.width) / modelSizePx.width;
  const cellHeight = (CELL_MODEL_PX * imageSizePx.height) / modelSizePx.height;
  const mask = new OffscreenCanvas(LOGITS_SIDE, LOGITS_SIDE);
  const maskContext = mask.getContext('2d')!;
  const cells = maskContext.createImageData(LOGITS_SIDE, LOGITS_SIDE);
  arrangement.labels.forEach((label, cell) => {
    if (labels.includes(label)) cells.data[cell * 4 + 3] = 255;
  });
  maskContext.putImageData(cells, 0, 0);
  const source = [imageRect.x / cellWidth, imageRect.y / cellHeight] as const;
  const sourceSize = [imageRect.width / cellWidth, imageRect.height / cellHeight] as const;
  context.drawImage(mask, ...source, ...sourceSize, x, y, width, height);
  context.globalCompositeOperation = 'source-in';
  context.drawImage(
    image as ImageBitmap,
    imageRect.x,
    imageRect.y,
    imageRect.width,
    imageRect.height,
    x,
    y,
    width,
    height,
  );
}
