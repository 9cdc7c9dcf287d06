import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { ShareSlider } from './share-slider.tsx';

/** How closely vectors and masks follow the edge: few nodes .. exact. */
export function OutlineSlider({ workspace }: { workspace: Workspace }) {
  const { label, tip } = strings.outline;
  return (
    <ShareSlider
      label={label}
      tip={tip}
      tipSide="end"
      value={workspace.outlineDetail.value}
      onInput={(detail) => (workspace.outlineDetail.value = detail)}
    />
  );
}
