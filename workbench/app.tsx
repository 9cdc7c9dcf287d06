import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Canvas } from './canvas/canvas.tsx';
import { useView } from './canvas/use-view.ts';
import { Layers } from './panels/layers.tsx';
import { Toolbar } from './panels/toolbar.tsx';
import type { Workbench } from './workbench.ts';

export function App({ workbench }: { workbench: Workbench }) {
  const { stage, view, look, zoomToFit, zoomBy } = useView(workbench.document);
  const isDropTarget = useSignal(false);
  const dock = useRef<HTMLElement>(null);

  useSignalEffect(() => {
    document.documentElement.dataset['theme'] = workbench.theme.value;
  });
  useEffect(() => void workbench.run(dock.current!), []);

  const addPhotos = async (files: File[]) => {
    await workbench.addPhotos(files);
    zoomToFit();
  };
  const togglePlugin = () => {
    if (workbench.isRunning.value) workbench.stop();
    else void workbench.run(dock.current!);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => handleKey(event, workbench, zoomToFit);
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);

  const onDrag = (event: DragEvent) => {
    event.preventDefault();
    isDropTarget.value = event.type === 'dragover';
    if (event.type === 'drop') void addPhotos([...(event.dataTransfer?.files ?? [])]);
  };
  const notice = workbench.pluginNotice.value;
  const toast = notice ?? workbench.toast.value;
  return (
    <div class="app" onDragOver={onDrag} onDragLeave={onDrag} onDrop={onDrag}>
      <Toolbar
        workbench={workbench}
        scale={view.value.scale}
        actions={{ addPhotos, zoomBy, zoomToFit, togglePlugin }}
      />
      <Layers workbench={workbench} />
      <div class="stage" ref={stage}>
        <Canvas workbench={workbench} view={view.value} onView={look} />
        {isDropTarget.value && <div class="drop-target">Drop to add to the canvas</div>}
        {toast && (
          <div class={`toast ${toast.isError ? 'is-error' : ''}`} role="status">
            {toast.message}
            {notice && (
              <button type="button" class="toast-button" onClick={() => notice.press()}>
                {notice.button}
              </button>
            )}
          </div>
        )}
      </div>
      <aside class="dock" ref={dock} />
    </div>
  );
}

/** Figma's keys on the canvas. The plugin's own keys never get here: its window is another document. */
function handleKey(event: KeyboardEvent, workbench: Workbench, zoomToFit: () => void): void {
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key.toLowerCase() === 'z') {
    if (event.shiftKey) workbench.redo();
    else workbench.undo();
  } else if (event.shiftKey && event.code === 'Digit1') {
    zoomToFit();
  } else if (event.key === 'Escape') {
    workbench.select([]);
  } else if (event.key === 'Delete' || event.key === 'Backspace') {
    workbench.edit((document) => document.selection().forEach((id) => document.remove(id)));
  } else {
    return;
  }
  event.preventDefault();
}
