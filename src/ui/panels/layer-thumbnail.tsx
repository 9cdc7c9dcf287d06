import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Rect, Size } from '../../shared/affine.ts';
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
  const { x, y, width, height } = imageRect;
  const scale = SIDE_PX / Math.max(width, height);
  const target = [(SIDE_PX - width * scale) / 2, (SIDE_PX - height * scale) / 2] as const;
  const targetSize = [width * scale, height * scale] as const;
  const columnsPerPx = modelSizePx.width / imageSizePx.width / CELL_MODEL_PX;
  const rowsPerPx = modelSizePx.height / imageSizePx.height / CELL_MODEL_PX;
  const mask = maskOf(arrangement.labels, labels, {
    x: Math.round(x * columnsPerPx),
    y: Math.round(y * rowsPerPx),
    width: Math.max(Math.round(width * columnsPerPx), 1),
    height: Math.max(Math.round(height * rowsPerPx), 1),
  });
  context.clearRect(0, 0, SIDE_PX, SIDE_PX);
  context.imageSmoothingQuality = 'high';
  context.globalCompositeOperation = 'source-over';
  context.drawImage(mask, ...target, ...targetSize);
  context.globalCompositeOperation = 'source-in';
  context.drawImage(image as ImageBitmap, x, y, width, height, ...target, ...targetSize);
}

/** A pixel per cell, opaque in those of the layer. */
function maskOf(map: Uint8Array, labels: readonly number[], cellRect: Rect): OffscreenCanvas {
  const { x, y, width, height } = cellRect;
  const mask = new OffscreenCanvas(width, height);
  const context = mask.getContext('2d')!;
  const cells = context.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const label = map[(y + row) * LOGITS_SIDE + x + column];
      if (label !== undefined && labels.includes(label)) cells.data[(row * width + column) * 4 + 3] = 255;
    }
  }
  context.putImageData(cells, 0, 0);
  return mask;
}
