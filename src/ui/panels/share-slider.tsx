interface ShareSliderProps {
  label: string;
  tip: string;
  tipSide: 'start' | 'end';
  /** 0..1 */
  value: number;
  isDisabled?: boolean;
  onInput: (value: number) => void;
}

/** A labelled slider from 0 to 1. */
export function ShareSlider({ label, tip, tipSide, value, isDisabled = false, onInput }: ShareSliderProps) {
  return (
    <label class="slider" data-tip={tip} data-tip-side={tipSide}>
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={value}
        disabled={isDisabled}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
