import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';

/** How closely vectors and masks follow the edge: few nodes .. exact. */
export function OutlineSlider({ workspace }: { workspace: Workspace }) {
  return (
    <label class="slider" data-tip={strings.outline.tip} data-tip-side="end">
      <span>{strings.outline.label}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={workspace.outlineDetail.value}
        onInput={(event) => (workspace.outlineDetail.value = event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
