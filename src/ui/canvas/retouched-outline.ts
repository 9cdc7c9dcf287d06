import type { Retouch, Stroke } from '../../shared/retouch.ts';
import { outlineOf, toPath, type MaskFrame } from './draw-mask.ts';
import { traceGrid } from './mask-contours.ts';

/** Side of the grid on which a mask and its strokes are put together: a brush edge is then about a screen pixel off at most. */
const MAX_SIDE_CELLS = 1024;

export interface RetouchedMask {
  /** In image space; fill it with the even-odd rule. */
  readonly outline: Path2D;
  /** Share of the image that is inside, 0..1. */
  readonly areaFraction: number;
}

/** Of each mask the newest: zooming and panning only redraw it. */
const masks = new WeakMap<Float32Array, { retouch: Retouch; mask: RetouchedMask }>();
let canvas: OffscreenCanvas | null = null;

/** What the engine makes of a mask and what was done to it by hand: inverted, then the strokes in their order. */
export function retouchedMask(logits: Float32Array, retouch: Retouch, frame: MaskFrame): RetouchedMask {
  const known = masks.get(logits);
  if (known?.retouch === retouch) return known.mask;
  const { width, height } = frame.imageSizePx;
  const cellsPerPx = Math.min(1, MAX_SIDE_CELLS / Math.max(width, height));
  const columns = Math.max(1, Math.round(width * cellsPerPx));
  const rows = Math.max(1, Math.round(height * cellsPerPx));
  const [scaleX, scaleY] = [columns / width, rows / height];
  canvas ??= new OffscreenCanvas(1, 1);
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.setTransform(scaleX, 0, 0, scaleY, 0, 0);
  context.fill(outlineOf(logits, frame), 'evenodd');
  if (retouch.isInverted) {
    context.globalCompositeOperation = 'xor';
    context.fillRect(0, 0, width, height);
  }
  for (const stroke of retouch.strokes) paintStroke(context, stroke);
  const { data } = context.getImageData(0, 0, columns, rows);
  const contours = traceGrid(paddedAlpha(data, columns, rows), columns + 4, rows + 4, {
    left: -1.5,
    top: -1.5,
    scaleX: 1 / scaleX,
    scaleY: 1 / scaleY,
  });
  const mask = { outline: toPath(contours), areaFraction: insideFraction(data) };
  masks.set(logits, { retouch, mask });
  return mask;
}

function insideFraction(data: Uint8ClampedArray): number {
  let insideCount = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]! > 127) insideCount++;
  return insideCount / (data.length / 4);
}

function paintStroke(
  context: OffscreenCanvasRenderingContext2D,
  { mode, radiusPx, imagePoints }: Stroke,
): void {
  context.globalCompositeOperation = mode === 'add' ? 'source-over' : 'destination-out';
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = 2 * radiusPx;
  context.beginPath();
  const [first] = imagePoints;
  // A line of no length is drawn as its caps.
  context.moveTo(first!.x, first!.y);
  for (const { x, y } of imagePoints) context.lineTo(x, y);
  context.stroke();
}

/** Alpha, > 0 where it is more than half; beyond the border it goes on for a cell, then comes a frame that is outside. */
function paddedAlpha(data: Uint8ClampedArray, columns: number, rows: number): Float32Array {
  const paddedColumns = columns + 4;
  const samples = new Float32Array(paddedColumns * (rows + 4)).fill(-127.5);
  for (let row = 1; row < rows + 3; row++) {
    const y = Math.min(Math.max(row - 2, 0), rows - 1);
    for (let column = 1; column < columns + 3; column++) {
      const x = Math.min(Math.max(column - 2, 0), columns - 1);
      samples[row * paddedColumns + column] = data[(y * columns + x) * 4 + 3]! - 127.5;
    }
  }
  return samples;
}
