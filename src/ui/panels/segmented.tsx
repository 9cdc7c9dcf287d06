import type { ComponentChildren } from 'preact';

export interface Segment<T extends string> {
  value: T;
  name: ComponentChildren;
  tip: string;
  /** As the tooltip shows it. */
  keyName?: string;
}

export interface SegmentedProps<T extends string> {
  /** Names the group to screen readers and to the browser. */
  label: string;
  id: string;
  segments: readonly Segment<T>[];
  value: T | null;
  isDisabled?: boolean;
  onChoose(value: T): void;
}

/** Segments whose texts are kept by value. */
export function segmentsOf<T extends string>(
  values: readonly T[],
  { names, tips }: { names: Readonly<Record<T, string>>; tips: Readonly<Record<T, string>> },
): Segment<T>[] {
  return values.map((value) => ({ value, name: names[value], tip: tips[value] }));
}

/** One of a few, side by side. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, id, segments, value, isDisabled = false, onChoose } = props;
  return (
    <fieldset class="segmented" disabled={isDisabled}>
      <legend class="visually-hidden">{label}</legend>
      {segments.map((segment) => (
        <label
          key={segment.value}
          class="segment"
          data-tip={segment.keyName ? `${segment.tip}\u2002${segment.keyName}` : segment.tip}
        >
          <input
            type="radio"
            class="visually-hidden"
            name={id}
            value={segment.value}
            checked={segment.value === value}
            aria-keyshortcuts={segment.keyName}
            onChange={() => onChoose(segment.value)}
          />
          <span class="segment-face">{segment.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
