import type { Splitting } from '../session/splitting.ts';
import { strings } from '../strings.ts';
import { Slider } from './slider.tsx';

/** Fewer large layers .. more small ones. Runs no model, so layers follow while it is dragged. */
export function DetailSlider({ splitting }: { splitting: Splitting }) {
  return (
    <Slider
      label={strings.layers.detail}
      tip={strings.layers.detailTip}
      value={splitting.detail.value}
      isDisabled={!splitting.isReady.value}
      onInput={(detail) => splitting.setDetail(detail)}
    />
  );
}
