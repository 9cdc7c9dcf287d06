import type { ImageSession } from '../session/image-session.ts';
import { MASK_SIZES } from '../../shared/cutout-recipe.ts';
import { strings } from '../strings.ts';
import { Segmented, segmentsOf } from './segmented.tsx';

/** Which of the engine's masks is meant: by its size, or of the guesses at the subject. */
export function MaskSizeControl({ session }: { session: ImageSession }) {
  const { segmenting } = session;
  const names = segmenting.entry.value.isSubject ? strings.subject : strings.maskSize;
  return (
    <Segmented
      label={strings.maskSize.label}
      id="mask-size"
      segments={segmentsOf(MASK_SIZES, names).map((segment, i) => ({
        ...segment,
        keyName: String(i + 1),
      }))}
      value={segmenting.shownSize.value}
      isDisabled={session.embedded.value === null}
      onChoose={(size) => segmenting.setMaskSize(size)}
    />
  );
}
