import { MAX_PLACED_OBJECTS, type OutputKind } from '../../shared/host-contract.ts';
import type { ImageSession } from '../session/image-session.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Segmented, segmentsOf } from './segmented.tsx';

/** What each layer becomes, and the button that makes them. Says before, not after, when there are too many. */
export function SplitBar({ workspace, session }: { workspace: Workspace; session: ImageSession }) {
  const { splitting, applying } = session;
  const chosenCount = splitting.chosen.value.length;
  const isBusy = applying.isBusy;
  const { outputKinds, resultsAre } = workspace.traits.value;
  const { names, tips } = strings.apply;
  return (
    <>
      {chosenCount > MAX_PLACED_OBJECTS && (
        <div class="limit" role="note">
          <span>{strings.layers.tooMany(chosenCount, MAX_PLACED_OBJECTS)}</span>
          <button
            type="button"
            class="button button-secondary"
            onClick={() => splitting.keepLargest(MAX_PLACED_OBJECTS)}
          >
            {strings.layers.keepLargest(MAX_PLACED_OBJECTS)}
          </button>
        </div>
      )}
      <div class="split-bar">
        <Segmented<OutputKind>
          label={strings.layers.output}
          id="layer-kind"
          segments={segmentsOf(outputKinds, { names, tips: tips[resultsAre] })}
          value={workspace.lastKind.value}
          onChoose={(kind) => (workspace.lastKind.value = kind)}
        />
        <button
          type="button"
          class="button button-primary"
          aria-busy={isBusy}
          aria-disabled={isBusy}
          data-tip={`${strings.layers.splitTip[resultsAre]}\u2002Enter`}
          // While it is at work it would lose the focus by it.
          disabled={!session.canSplit.value && !isBusy}
          onClick={() => void workspace.split()}
        >
          {isBusy && <span class="spinner" />}
          {strings.layers.split}
        </button>
      </div>
    </>
  );
}
