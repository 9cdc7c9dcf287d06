import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Point } from '../../src/shared/affine.ts';
import type { Workbench } from '../workbench.ts';
import { DocumentPicture } from './document-picture.tsx';
import { layerAt, moveLayer } from './hit-test.ts';
import { Outlines } from './outlines.tsx';
import { pan, toCanvas, zoomAt, type View } from './view.ts';

/** How far the pointer travels before a press is a drag, in CSS pixels. */
const DRAG_THRESHOLD_PX = 4;

interface Drag {
  lastPoint: Point;
  travelPx: number;
  /** The layer that moves along; null when the canvas does. */
  layerId: string | null;
}

/** The page of the document: click selects, dragging moves a layer or the canvas, the wheel pans and zooms. */
export function Canvas({
  workbench,
  view,
  onView,
}: {
  workbench: Workbench;
  view: View;
  onView: (view: View) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  const hoveredId = useSignal<string | null>(null);
  const drag = useRef<Drag | null>(null);
  const latestView = useRef(view);
  latestView.current = view;
  const { document } = workbench;

  useEffect(() => {
    const target = element.current;
    // Not through JSX: the wheel must not scroll or zoom the page, which needs a listener that is not passive.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const isZoom = event.ctrlKey || event.metaKey;
      onView(
        isZoom
          ? zoomAt(latestView.current, screenPoint(event), Math.exp(-event.deltaY * 0.002))
          : pan(latestView.current, { x: -event.deltaX, y: -event.deltaY }),
      );
    };
    target?.addEventListener('wheel', onWheel, { passive: false });
    return () => target?.removeEventListener('wheel', onWheel);
  }, []);

  const screenPoint = (event: MouseEvent): Point => {
    const { left, top } = element.current!.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const layerUnder = (event: MouseEvent) =>
    layerAt(document, toCanvas(latestView.current, screenPoint(event)), event.ctrlKey || event.metaKey);

  const onPointerDown = (event: PointerEvent) => {
    if (event.button > 1) return;
    element.current?.setPointerCapture(event.pointerId);
    const layerId = event.button === 0 ? layerUnder(event) : null;
    drag.current = { lastPoint: screenPoint(event), travelPx: 0, layerId };
    if (event.button === 0) selectBy(event, layerId);
  };

  const selectBy = (event: PointerEvent, layerId: string | null) => {
    const selected = document.selection();
    if (!event.shiftKey) {
      if (layerId === null || !selected.includes(layerId)) workbench.select(layerId ? [layerId] : []);
    } else if (layerId) {
      const others = selected.filter((id) => id !== layerId);
      workbench.select(others.length < selected.length ? others : [...selected, layerId]);
    }
  };

  const onPointerMove = (event: PointerEvent) => {
    const held = drag.current;
    if (!held) {
      hoveredId.value = layerUnder(event);
      return;
    }
    const point = screenPoint(event);
    const moved = { x: point.x - held.lastPoint.x, y: point.y - held.lastPoint.y };
    held.travelPx += Math.hypot(moved.x, moved.y);
    if (held.travelPx < DRAG_THRESHOLD_PX) return;
    held.lastPoint = point;
    const { scale } = latestView.current;
    if (held.layerId) moveLayer(document, held.layerId, { x: moved.x / scale, y: moved.y / scale });
    else onView(pan(latestView.current, moved));
  };

  const onPointerUp = () => {
    if (drag.current?.layerId && drag.current.travelPx >= DRAG_THRESHOLD_PX) document.commitUndo();
    drag.current = null;
  };

  return (
    <div
      ref={element}
      class="canvas"
      data-testid="canvas"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onPointerLeave={() => (hoveredId.value = null)}
    >
      <DocumentPicture workbench={workbench} view={view} />
      <Outlines workbench={workbench} view={view} hoveredId={hoveredId.value} />
    </div>
  );
}
