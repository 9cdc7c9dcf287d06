import { useSignal, useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AppState, Stage } from '../app-state.ts';
import { strings } from '../strings.ts';
import { drawOverlay } from './draw-overlay.ts';
import { drawPicture } from './draw-picture.ts';
import type { PointerInput } from './canvas-tool.ts';

/** Wheel distance, in CSS pixels, that zooms by a factor of e. */
const WHEEL_PX_PER_E = 300;
const LINE_PX = 16;

/** The picture, and over it the masks and marks: two canvases, so that a preview doesn't draw the photo again. */
export function CanvasView({ state, stage }: { state: AppState; stage: Stage }) {
  const pictureRef = useRef<HTMLCanvasElement>(null);
  const overlayRef = useRef<HTMLCanvasElement>(null);
  const isFocusedByKeyboard = useSignal(false);
  const { view, tool, picture, session } = stage;

  useLayoutEffect(() => {
    const overlay = overlayRef.current!;
    const observer = new ResizeObserver(() => {
      const { width, height } = overlay.getBoundingClientRect();
      view.viewSizePx.value = { width, height };
    });
    observer.observe(overlay);
    // Preact's own listener would be passive, and then the page would zoom.
    const onWheel = (event: WheelEvent) => handleWheel(stage, event);
    overlay.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      overlay.removeEventListener('wheel', onWheel);
    };
  }, [stage]);

  useSignalEffect(() => {
    const context = sizedContext(pictureRef.current, view.viewSizePx.value);
    if (context) drawPicture(context, picture, view.viewport.value);
  });
  useSignalEffect(() => {
    const context = sizedContext(overlayRef.current, view.viewSizePx.value);
    if (context) drawOverlay(context, stage);
  });

  const inputOf = (event: PointerEvent): PointerInput => ({
    viewPoint: { x: event.offsetX, y: event.offsetY },
    button: event.button,
    isAltDown: event.altKey,
    isShiftDown: event.shiftKey,
    isSpaceDown: state.isSpaceDown.value,
  });
  return (
    <div class="canvas">
      <canvas class="canvas-layer" ref={pictureRef} />
      <canvas
        class={`canvas-layer canvas-overlay cursor-${cursorOf(state, stage)} ${isFocusedByKeyboard.value ? 'has-focus-ring' : ''}`}
        ref={overlayRef}
        tabIndex={0}
        role="application"
        aria-label={strings.canvas.name(session.layer.name)}
        aria-describedby="canvas-help"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          tool.down(inputOf(event));
        }}
        onPointerMove={(event) => tool.move(inputOf(event))}
        onPointerUp={() => tool.up()}
        onPointerCancel={() => tool.cancel()}
        onPointerLeave={() => tool.leave()}
        onMouseDown={(event) => event.button === 1 && event.preventDefault()}
        onFocus={(event) => (isFocusedByKeyboard.value = event.currentTarget.matches(':focus-visible'))}
        onBlur={() => {
          isFocusedByKeyboard.value = false;
          tool.crosshair.value = null;
        }}
      />
      <span id="canvas-help" class="visually-hidden">
        {tool === stage.brushTool
          ? strings.canvas.brushHelp
          : strings.canvas.help[state.workspace.task.value]}
      </span>
    </div>
  );
}

/** Scrolls as Figma's canvas does: the wheel pans, with Ctrl or Cmd (and by pinching) it zooms. */
function handleWheel({ view }: Stage, event: WheelEvent): void {
  event.preventDefault();
  const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
  if (event.ctrlKey || event.metaKey) {
    const factor = Math.exp((-event.deltaY * unitPx) / WHEEL_PX_PER_E);
    view.zoom(Math.min(Math.max(factor, 0.5), 2), { x: event.offsetX, y: event.offsetY });
    return;
  }
  const [x, y] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
  view.pan({ x: -x * unitPx, y: -y * unitPx });
}

function cursorOf(
  { isAltDown, isSpaceDown }: AppState,
  { tool, objectTool, brushTool, session }: Stage,
): string {
  if (tool.isPanning.value) return 'grabbing';
  if (isSpaceDown.value) return 'grab';
  const diagonal = tool === objectTool ? objectTool.handleDiagonal.value : null;
  if (diagonal) return isAltDown.value ? 'default' : `${diagonal}-resize`;
  if (!tool.isOverImage.value) return 'default';
  // The brush's own ring is the cursor.
  if (tool === brushTool) return 'none';
  if (tool !== objectTool) return 'pointer';
  if (!isAltDown.value) return 'add';
  return session.segmenting.isPromptEmpty.value ? 'default' : 'remove';
}

/** Sized in device pixels, with CSS pixels as the unit. */
function sizedContext(
  canvas: HTMLCanvasElement | null,
  sizePx: { width: number; height: number },
): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return null;
  const width = Math.max(1, Math.round(sizePx.width * devicePixelRatio));
  const height = Math.max(1, Math.round(sizePx.height * devicePixelRatio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return context;
}
