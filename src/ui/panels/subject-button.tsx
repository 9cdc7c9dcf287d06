import type { ImageSession } from '../session/image-session.ts';
import { strings } from '../strings.ts';
import { icons } from './icons.tsx';

/** Selects what the image is about, with no click on it. */
export function SubjectButton({ session }: { session: ImageSession }) {
  const { segmenting } = session;
  const isBusy = segmenting.entry.value.isSubject && segmenting.isBusy.value;
  return (
    <button
      type="button"
      class="button button-secondary"
      aria-busy={isBusy}
      aria-keyshortcuts="B"
      data-tip={`${strings.subject.buttonTip}\u2002B`}
      disabled={session.embedded.value === null}
      onClick={() => segmenting.showSubject()}
    >
      {isBusy ? <span class="spinner" /> : icons.subject}
      {strings.subject.button}
    </button>
  );
}
