import { MAX_PLACED_OBJECTS } from '../../shared/host-contract.ts';
import type { Splitting } from '../session/splitting.ts';
import { strings } from '../strings.ts';

const AREA_FRACTIONS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1];

/** Chooses many layers at once. */
export function LayerChoiceButtons({ splitting }: { splitting: Splitting }) {
  const isDisabled = !splitting.isReady.value;
  const choose = (value: string) => {
    if (value === 'largest') splitting.keepLargest(MAX_PLACED_OBJECTS);
    else splitting.chooseLargerThan(Number(value));
  };
  return (
    <div class="layer-choice" role="group" aria-label={strings.layers.choose}>
      <button
        type="button"
        class="button button-secondary"
        disabled={isDisabled}
        onClick={() => splitting.chooseAll()}
      >
        {strings.layers.all}
      </button>
      <button
        type="button"
        class="button button-secondary"
        disabled={isDisabled}
        onClick={() => splitting.chooseNone()}
      >
        {strings.layers.none}
      </button>
      <select
        class="button button-secondary select"
        aria-label={strings.layers.largerThan}
        disabled={isDisabled}
        value=""
        onChange={(event) => {
          choose(event.currentTarget.value);
          // It names an action, not a state.
          event.currentTarget.value = '';
        }}
      >
        <option value="" disabled hidden>
          {strings.layers.largerThan}
        </option>
        {AREA_FRACTIONS.map((areaFraction) => (
          <option key={areaFraction} value={areaFraction}>
            {strings.layers.largerThanShare(areaFraction)}
          </option>
        ))}
        <option value="largest">{strings.layers.largest(MAX_PLACED_OBJECTS)}</option>
      </select>
    </div>
  );
}
