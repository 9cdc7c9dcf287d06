import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Slider } from './slider.tsx';

/** How closely vectors and masks follow the edge: few nodes .. exact. */
export function OutlineSlider({ workspace }: { workspace: Workspace }) {
  const { label, tip, value } = strings.outline;
  const detail = workspace.outlineDetail.value;
  return (
    <Slider
      label={label}
      tip={tip}
      value={detail}
      valueText={value(detail)}
      onInput={(wanted) => (workspace.outlineDetail.value = wanted)}
    />
  );
}
