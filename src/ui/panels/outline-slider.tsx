import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Slider } from './slider.tsx';

/** How closely vectors and masks follow the edge: few nodes .. exact. */
export function OutlineSlider({ workspace }: { workspace: Workspace }) {
  const { label, tip } = strings.outline;
  return (
    <Slider
      label={label}
      tip={tip}
      tipSide="end"
      value={workspace.outlineDetail.value}
      onInput={(detail) => (workspace.outlineDetail.value = detail)}
    />
  );
}
