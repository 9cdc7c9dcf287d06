import type { AppState, Stage } from '../app-state.ts';
import { MAX_RADIUS_FRACTION, MIN_RADIUS_FRACTION, withRadius } from '../canvas/brush.ts';
import { strings } from '../strings.ts';
import { icons } from './icons.tsx';
import { SliderValue } from './slider.tsx';
import { TOOLS } from '../canvas/object-tools.ts';

/** What the pointer does on the picture: click the object, or paint on its mask; and the mask turned inside out. */
export function ToolBar({ state, stage }: { state: AppState; stage: Stage }) {
  const { objectToolName, brush } = state;
  const { segmenting } = stage.session;
  return (
    <div class="tool-bar">
      {objectToolName.value !== 'select' && (
        <label class="slider brush-size" data-tip={strings.tools.sizeTip}>
          <span>{strings.tools.size}</span>
          <input
            type="range"
            min={Math.log(MIN_RADIUS_FRACTION)}
            max={Math.log(MAX_RADIUS_FRACTION)}
            step="any"
            value={Math.log(brush.value.radiusFraction)}
            aria-valuetext={strings.tools.sizePx(2 * stage.brushTool.radiusPx)}
            onInput={(event) =>
              (brush.value = withRadius(brush.value, Math.exp(event.currentTarget.valueAsNumber)))
            }
          />
          <SliderValue text={strings.tools.sizePx(2 * stage.brushTool.radiusPx)} />
        </label>
      )}
      <div class="tool-buttons" role="group" aria-label={strings.tools.label}>
        {TOOLS.map((tool) => (
          <button
            key={tool}
            type="button"
            class="icon-button"
            aria-label={strings.tools.names[tool]}
            aria-pressed={objectToolName.value === tool}
            aria-keyshortcuts={strings.tools.keys[tool]}
            data-tip={`${strings.tools.tips[tool]}\u2002${strings.tools.keys[tool]}`}
            onClick={() => state.chooseTool(tool)}
          >
            {icons[tool]}
          </button>
        ))}
        <button
          type="button"
          class="icon-button"
          aria-label={strings.tools.invert}
          aria-pressed={segmenting.entry.value.retouch.isInverted}
          aria-keyshortcuts={strings.tools.invertKey}
          data-tip={`${strings.tools.invertTip}\u2002${strings.tools.invertKey}`}
          disabled={segmenting.shown.value === null}
          onClick={() => segmenting.invert()}
        >
          {icons.invert}
        </button>
      </div>
    </div>
  );
}
