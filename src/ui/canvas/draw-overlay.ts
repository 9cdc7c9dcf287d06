import type { Rect } from '../../shared/affine.ts';
import type { Retouch, Stroke } from '../../shared/retouch.ts';
import type { Stage } from '../app-state.ts';
import type { ImageSession } from '../session/image-session.ts';
import type { ShownMask } from '../session/mask-size.ts';
import { addStroke, BLANK_MASK, isRetouched } from '../session/retouching.ts';
import { drawEdge } from './draw-edge.ts';
import { drawLayers } from './draw-layers.ts';
import { drawBox, drawBrushRing, drawCrosshair, drawPoint } from './draw-markers.ts';
import { drawInvisiblePart, drawMask, outlineOf, type MaskFrame, type MaskLook } from './draw-mask.ts';
import { retouchedMask } from './retouched-outline.ts';
import type { Viewport } from './viewport.ts';

/** Everything over the picture. Reads signals: call it where that is tracked. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  { session, picture, view, tool, objectTool, brushTool }: Stage,
): void {
  const viewport = view.viewport.value;
  const { width, height } = view.viewSizePx.value;
  const { imageSizePx, visibleImagePolygon } = picture;
  context.clearRect(0, 0, width, height);

  const frame: MaskFrame = { modelSizePx: session.modelSizePx.value, imageSizePx, visibleImagePolygon };
  drawInvisiblePart(context, frame, viewport);
  if (tool === objectTool || tool === brushTool) {
    const draft = { box: objectTool.draftBox.value, stroke: brushTool.draft.value };
    drawObject(context, session, draft, frame, viewport);
  } else drawLayers(context, session.splitting, frame, viewport);
  if (tool === brushTool && brushTool.centre.value)
    drawBrushRing(context, brushTool.centre.value, brushTool.radiusPx, viewport);
  else if (tool.crosshair.value) drawCrosshair(context, tool.crosshair.value, viewport);
}

function drawObject(
  context: CanvasRenderingContext2D,
  { segmenting, edgePreview }: Pick<ImageSession, 'segmenting' | 'edgePreview'>,
  draft: { box: Rect | null; stroke: Stroke | null },
  frame: MaskFrame,
  viewport: Viewport,
): void {
  const chosen = segmenting.drawn.value ?? (draft.stroke && BLANK_MASK);
  const outlineOfMask = ({ logits }: ShownMask, retouch: Retouch) =>
    isRetouched(retouch) ? retouchedMask(logits, retouch, frame).outline : outlineOf(logits, frame);
  if (chosen) {
    const { retouch } = segmenting.entry.value;
    const painted = draft.stroke ? addStroke(retouch, draft.stroke) : retouch;
    const edge = edgePreview.of(chosen.logits, painted);
    if (edge) drawEdge(context, edge, frame, viewport);
    else drawMask(context, outlineOfMask(chosen, painted), frame, viewport, 'chosen');
  }
  const hover = segmenting.hover.value;
  const preview = segmenting.hoverShown.value;
  if (hover && preview && !draft.box) {
    drawMask(
      context,
      outlineOfMask(preview, hover.entry.retouch),
      frame,
      viewport,
      lookOfPreview(chosen !== null, hover.entry.points.at(-1)?.label),
    );
  }

  const box = draft.box ?? segmenting.entry.value.box;
  if (box) drawBox(context, box, viewport, draft.box === null);
  for (const point of segmenting.entry.value.points) drawPoint(context, point, viewport);
}

function lookOfPreview(isChange: boolean, label: 0 | 1 | undefined): MaskLook {
  if (!isChange) return 'preview';
  return label === 0 ? 'removing' : 'adding';
}
