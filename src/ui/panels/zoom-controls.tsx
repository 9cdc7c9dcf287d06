import type { ViewState } from '../canvas/view-state.ts';
import { ZOOM_STEP } from '../canvas/viewport.ts';
import { strings } from '../strings.ts';
import { IconButton } from './icon-button.tsx';
import { icons } from './icons.tsx';

export function ZoomControls({ view }: { view: ViewState }) {
  return (
    <div class="zoom-controls" role="group" aria-label={strings.zoom.label}>
      <IconButton name={strings.zoom.out} keyName="-" onPress={() => view.zoom(1 / ZOOM_STEP)}>
        {icons.minus}
      </IconButton>
      <button
        type="button"
        class="zoom-percent"
        aria-label={`${strings.zoom.fit}, ${strings.zoom.percent(view.viewport.value.scale)}`}
        data-tip={`${strings.zoom.fit}\u20020`}
        onClick={() => view.fit()}
      >
        {strings.zoom.percent(view.viewport.value.scale)}
      </button>
      <IconButton name={strings.zoom.in} keyName="+" onPress={() => view.zoom(ZOOM_STEP)}>
        {icons.plus}
      </IconButton>
    </div>
  );
}
