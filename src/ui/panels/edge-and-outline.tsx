import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { EdgeControls } from './edge-controls.tsx';
import { icons } from './icons.tsx';
import { OutlineSlider } from './outline-slider.tsx';

const PANEL_ID = 'edge-and-outline';
const CHANGED_ID = 'edge-and-outline-changed';

/** Opens and closes the settings of the edge, which most results need none of. */
export function EdgeAndOutlineButton({ workspace }: { workspace: Workspace }) {
  const isOpen = workspace.isEdgePanelOpen.value;
  // Closed, they hold all the same.
  const isChanged = workspace.isEdgeChanged.value;
  const { label, changed } = strings.edge;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-describedby={isChanged ? CHANGED_ID : undefined}
      aria-expanded={isOpen}
      aria-controls={PANEL_ID}
      aria-keyshortcuts="O"
      data-tip={`${label}${isChanged ? ` (${changed})` : ''}\u2002O`}
      onClick={() => (workspace.isEdgePanelOpen.value = !isOpen)}
    >
      {icons.settings}
      {isChanged && (
        <span class="changed-mark">
          <span id={CHANGED_ID} class="visually-hidden">
            {changed}
          </span>
        </span>
      )}
    </button>
  );
}

/** How results follow the edge of the mask. Below the controls and not over the picture, which shows what they do. */
export function EdgeAndOutline({ workspace }: { workspace: Workspace }) {
  return (
    <div
      class="edge-and-outline"
      id={PANEL_ID}
      role="group"
      aria-label={strings.edge.label}
      hidden={!workspace.isEdgePanelOpen.value}
    >
      <EdgeControls workspace={workspace} />
      <OutlineSlider workspace={workspace} />
    </div>
  );
}
