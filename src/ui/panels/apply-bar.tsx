import type { ImageSession } from '../session/image-session.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { icons } from './icons.tsx';

/** One button per kind of result; the one that Enter repeats stands out. */
export function ApplyBar({ workspace, session }: { workspace: Workspace; session: ImageSession }) {
  const state = session.applying.state.value;
  const busyKind = state.phase === 'making' || state.phase === 'placing' ? state.kind : null;
  const lastKind = workspace.lastKind.value;
  const { outputKinds, resultsAre } = workspace.traits.value;
  return (
    <div class="apply-bar" role="group" aria-label={strings.apply.label}>
      {outputKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          class={`button ${kind === lastKind ? 'button-primary' : 'button-secondary'}`}
          aria-label={strings.apply.buttonName(kind)}
          aria-busy={kind === busyKind}
          aria-disabled={kind === busyKind}
          data-tip={`${strings.apply.tips[resultsAre][kind]}${kind === lastKind ? '\u2002Enter' : ''}`}
          // The one at work would lose the focus by it.
          disabled={!session.canApply.value && kind !== busyKind}
          onClick={() => void workspace.apply(kind)}
        >
          {kind === busyKind ? <span class="spinner" /> : icons[kind]}
          {strings.apply.names[kind]}
        </button>
      ))}
    </div>
  );
}
