import type { RemovalState } from '../session/background-removal.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Card } from './card.tsx';

/** While backgrounds are removed from the selected layers, and how it ended. */
export function RemovalView({ workspace, state }: { workspace: Workspace; state: RemovalState }) {
  if (state.phase === 'idle') return null;
  if (state.phase === 'running') {
    const cancel = { name: strings.stage.cancel, isMain: false, run: () => workspace.removal.cancel() };
    return (
      <main class="stage removal" aria-label={strings.removal.label}>
        <Card
          label={strings.removal.running(state.doneCount, state.count)}
          note={state.layerName}
          fraction={state.fraction}
          action={cancel}
        />
      </main>
    );
  }
  const { placedCount, count, failures } = state;
  const summary =
    state.phase === 'cancelled'
      ? strings.removal.cancelled(placedCount, count)
      : strings.removal.finished(placedCount, count);
  return (
    <main class="empty" aria-label={strings.removal.label}>
      <h1 class="empty-title">{summary}</h1>
      <div class="empty-text" role="status">
        {failures.map(({ layerName, message }) => (
          <p key={layerName}>{strings.removal.failure(layerName, message)}</p>
        ))}
      </div>
      <button type="button" class="button button-primary" onClick={() => workspace.endRemoval()}>
        {strings.removal.goOn}
      </button>
    </main>
  );
}
