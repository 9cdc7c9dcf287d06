import type { Workbench } from '../workbench.ts';

export interface ToolbarActions {
  addPhotos(files: File[]): Promise<void>;
  zoomBy(factor: number): void;
  zoomToFit(): void;
  togglePlugin(): void;
}

export function Toolbar({
  workbench,
  scale,
  actions,
}: {
  workbench: Workbench;
  scale: number;
  actions: ToolbarActions;
}) {
  const { isRunning, theme, pluginName } = workbench;
  const isDark = theme.value === 'dark';
  return (
    <header class="toolbar">
      <strong class="brand">{pluginName} workbench</strong>
      <button type="button" class="primary" onClick={actions.togglePlugin}>
        {isRunning.value ? `Stop ${pluginName}` : `Run ${pluginName}`}
      </button>
      <span class="divider" />
      <button type="button" title="Ctrl-Z on the canvas" onClick={() => workbench.undo()}>
        Undo
      </button>
      <button type="button" title="Ctrl-Shift-Z on the canvas" onClick={() => workbench.redo()}>
        Redo
      </button>
      <span class="divider" />
      <label class="file-button">
        Add photo…
        <input
          type="file"
          accept="image/*"
          multiple
          onChange={(event) => {
            const input = event.currentTarget;
            void actions.addPhotos([...(input.files ?? [])]);
            input.value = '';
          }}
        />
      </label>
      <span class="spacer" />
      <button type="button" aria-label="Zoom out" onClick={() => actions.zoomBy(1 / 1.25)}>
        −
      </button>
      <button
        type="button"
        class="zoom"
        title="Zoom to fit (Shift-1)"
        aria-label="Zoom to fit"
        onClick={actions.zoomToFit}
      >
        {Math.round(scale * 100)}%
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => actions.zoomBy(1.25)}>
        +
      </button>
      <span class="divider" />
      <button
        type="button"
        aria-pressed={isDark}
        onClick={() => workbench.setTheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? 'Light theme' : 'Dark theme'}
      </button>
    </header>
  );
}
