import type { ImageSession } from '../session/image-session.ts';
import { MASK_SIZES } from '../session/mask-size.ts';
import { strings } from '../strings.ts';

/** Which of the engine's masks is meant. */
export function MaskSizeControl({ session }: { session: ImageSession }) {
  const { segmenting } = session;
  const shownSize = segmenting.shownSize.value;
  return (
    <fieldset class="segmented" disabled={session.embedded.value === null}>
      <legend class="visually-hidden">{strings.maskSize.label}</legend>
      {MASK_SIZES.map((size, i) => (
        <label
          key={size}
          class="segment"
          data-tip={`${strings.maskSize.tips[size]}\u2002${i + 1}`}
          data-tip-side={i === 0 ? 'start' : undefined}
        >
          <input
            type="radio"
            class="visually-hidden"
            name="mask-size"
            value={size}
            checked={size === shownSize}
            aria-keyshortcuts={String(i + 1)}
            onChange={() => segmenting.setMaskSize(size)}
          />
          <span class="segment-face">{strings.maskSize.names[size]}</span>
        </label>
      ))}
    </fieldset>
  );
}
