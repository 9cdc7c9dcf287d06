import type { RemovalState } from '../session/background-removal.ts';
import { keyOf } from '../session/source-key.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { icons } from './icons.tsx';
import { ProgressBar } from './progress-bar.tsx';

/** While backgrounds are removed from the selected layers, and how it ended. */
export function RemovalView({ workspace, state }: { workspace: Workspace; state: RemovalState }) {
  if (state.phase === 'idle') return null;
  const words = state.isRepeat ? strings.repeat : strings.removal;
  if (state.phase === 'running') {
    const title = words.running(state.doneCount, state.count);
    return (
      <main class="empty removal">
        <h1 class="empty-title">{title}</h1>
        <ProgressBar label={title} fraction={state.fraction} />
        <p class="empty-text removal-layer" role="status">
          {state.layerName}
        </p>
        <button type="button" class="button button-secondary" onClick={() => workspace.removal.cancel()}>
          {strings.stage.cancel}
        </button>
      </main>
    );
  }
  const { placedCount, count, failures } = state;
  const summary =
    state.phase === 'cancelled' ? words.cancelled(placedCount, count) : words.finished(placedCount, count);
  return (
    <main class="empty removal">
      <span class={`removal-sign ${placedCount > 0 ? 'is-success' : 'is-failure'}`}>
        {placedCount > 0 ? icons.check : icons.warning}
      </span>
      <div role="status">
        <h1 class="empty-title">{summary}</h1>
      </div>
      {failures.length > 0 && (
        <ul class="removal-failures" aria-label={strings.removal.failures}>
          {failures.map(({ layer, message }) => (
            <li key={keyOf(layer.source)}>
              <strong>{layer.name}</strong> {message}
            </li>
          ))}
        </ul>
      )}
      <button type="button" class="button button-primary" onClick={() => workspace.endRemoval()}>
        {strings.removal.goOn}
      </button>
    </main>
  );
}
