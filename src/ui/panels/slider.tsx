interface SliderProps {
  label: string;
  tip: string;
  value: number;
  /** From 0 to 1 when left out. */
  range?: { min: number; max: number; step: number };
  /** What is shown after the slider, and what a screen reader says instead of the number. */
  valueText?: string;
  isDisabled?: boolean;
  onInput: (value: number) => void;
}

const SHARE = { min: 0, max: 1, step: 0.05 };

/** A slider with its label before it. */
export function Slider({
  label,
  tip,
  value,
  range = SHARE,
  valueText,
  isDisabled = false,
  onInput,
}: SliderProps) {
  return (
    <label class="slider" data-tip={tip}>
      <span>{label}</span>
      <input
        type="range"
        {...range}
        value={value}
        aria-valuetext={valueText}
        disabled={isDisabled}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
      {valueText !== undefined && <SliderValue text={valueText} />}
    </label>
  );
}

/** For the eye only: the slider itself says it, and its name is its label's. */
export function SliderValue({ text }: { text: string }) {
  return (
    <span class="slider-value" aria-hidden="true">
      {text}
    </span>
  );
}
