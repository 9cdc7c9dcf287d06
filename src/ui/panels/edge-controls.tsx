import { MAX_EDGE_SHIFT_PX, type EdgeSettings } from '../../shared/edge-settings.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Slider } from './slider.tsx';

const SHIFTS = { min: -MAX_EDGE_SHIFT_PX, max: MAX_EDGE_SHIFT_PX, step: 1 };

/** Whether the edges of results follow the image, and how. */
export function EdgeControls({ workspace }: { workspace: Workspace }) {
  const edge = workspace.edge.value;
  const { fit, softness, shift, smooth } = strings.edge;
  const isFitted = workspace.isEdgeFitted.value;
  const change = (changed: Partial<EdgeSettings>) => (workspace.edge.value = { ...edge, ...changed });
  return (
    <>
      <div class="edge-row">
        <label class="check" data-tip={fit.tip}>
          <input
            type="checkbox"
            checked={isFitted}
            onChange={(event) => (workspace.isEdgeFitted.value = event.currentTarget.checked)}
          />
          <span>{fit.label}</span>
        </label>
        <button
          type="button"
          class="button button-secondary"
          data-tip={strings.edge.resetTip}
          disabled={!workspace.isEdgeChanged.value}
          onClick={() => workspace.resetEdge()}
        >
          {strings.edge.reset}
        </button>
      </div>
      {isFitted && (
        <>
          <Slider
            label={softness.label}
            tip={softness.tip}
            value={edge.softness}
            valueText={softness.value(edge.softness)}
            onInput={(value) => change({ softness: value })}
          />
          <Slider
            label={shift.label}
            tip={shift.tip}
            value={edge.shiftPx}
            range={SHIFTS}
            valueText={shift.value(edge.shiftPx)}
            onInput={(shiftPx) => change({ shiftPx })}
          />
          <Slider
            label={smooth.label}
            tip={smooth.tip}
            value={edge.smooth}
            valueText={smooth.value(edge.smooth)}
            onInput={(value) => change({ smooth: value })}
          />
        </>
      )}
    </>
  );
}
