import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { FigmaDocument } from '../../test/host/document/figma-document.ts';
import { contentBounds } from './content-bounds.ts';
import { fit, zoomAt, type View } from './view.ts';

/** How the canvas is seen, and what changes that. `stage` is the element that the canvas fills. */
export function useView(document: FigmaDocument) {
  const stage = useRef<HTMLDivElement>(null);
  const view = useSignal<View>({ scale: 1, offset: { x: 0, y: 0 } });
  /** Until the user looks elsewhere, what is on the page stays in sight whatever the window does. */
  const isFitted = useRef(true);

  const look = (next: View) => {
    isFitted.current = false;
    view.value = next;
  };
  const zoomToFit = () => {
    isFitted.current = true;
    const bounds = contentBounds(document);
    if (bounds) view.value = fit(bounds, stage.current!.getBoundingClientRect());
  };
  const zoomBy = (factor: number) => {
    const { width, height } = stage.current!.getBoundingClientRect();
    look(zoomAt(view.value, { x: width / 2, y: height / 2 }, factor));
  };
  useEffect(() => {
    const observer = new ResizeObserver(() => isFitted.current && zoomToFit());
    observer.observe(stage.current!);
    return () => observer.disconnect();
  }, []);
  return { stage, view, look, zoomToFit, zoomBy };
}
