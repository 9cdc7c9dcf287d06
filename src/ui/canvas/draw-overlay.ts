import type { Stage } from '../app-state.ts';
import type { Segmenting } from '../session/segmenting.ts';
import { drawLayers } from './draw-layers.ts';
import { drawBox, drawCrosshair, drawPoint } from './draw-markers.ts';
import { drawInvisiblePart, drawMask, type MaskFrame, type MaskLook } from './draw-mask.ts';
import type { PointerTool } from './pointer-tool.ts';
import type { Viewport } from './viewport.ts';

/** Everything over the picture. Reads signals: call it where that is tracked. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  { session, picture, view, tool, objectTool }: Stage,
): void {
  const viewport = view.viewport.value;
  const { width, height } = view.viewSizePx.value;
  const { imageSizePx, visibleImagePolygon } = picture;
  context.clearRect(0, 0, width, height);

  const frame: MaskFrame = { modelSizePx: session.modelSizePx.value, imageSizePx, visibleImagePolygon };
  drawInvisiblePart(context, frame, viewport);
  if (tool === objectTool) drawObject(context, session.segmenting, objectTool, frame, viewport);
  else drawLayers(context, session.splitting, frame, viewport);
  if (tool.crosshair.value) drawCrosshair(context, tool.crosshair.value, viewport);
}

function drawObject(
  context: CanvasRenderingContext2D,
  segmenting: Segmenting,
  tool: PointerTool,
  frame: MaskFrame,
  viewport: Viewport,
): void {
  const chosen = segmenting.drawn.value;
  const draftBox = tool.draftBox.value;
  if (chosen) drawMask(context, chosen, frame, viewport, 'chosen');
  const hover = segmenting.hover.value;
  const preview = segmenting.hoverShown.value;
  if (hover && preview && !draftBox) {
    drawMask(
      context,
      preview,
      frame,
      viewport,
      lookOfPreview(chosen !== null, hover.entry.points.at(-1)?.label),
    );
  }

  const box = draftBox ?? segmenting.entry.value.box;
  if (box) drawBox(context, box, viewport, draftBox === null);
  for (const point of segmenting.entry.value.points) drawPoint(context, point, viewport);
}

function lookOfPreview(isChange: boolean, label: 0 | 1 | undefined): MaskLook {
  if (!isChange) return 'preview';
  return label === 0 ? 'removing' : 'adding';
}
