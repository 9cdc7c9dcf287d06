import type { Splitting } from '../session/splitting.ts';
import { strings } from '../strings.ts';

/** Fewer large layers .. more small ones. Runs no model, so layers follow while it is dragged. */
export function DetailSlider({ splitting }: { splitting: Splitting }) {
  return (
    <label class="slider" data-tip={strings.layers.detailTip} data-tip-side="start">
      <span>{strings.layers.detail}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={splitting.detail.value}
        disabled={!splitting.isReady.value}
        onInput={(event) => splitting.setDetail(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
