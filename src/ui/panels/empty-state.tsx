import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';

/** Shown until an image is selected; it goes by itself then. */
export function EmptyState({ workspace }: { workspace: Workspace }) {
  const reason = workspace.selection.value?.emptyReason;
  if (!reason) return <main class="empty" aria-busy="true" aria-label={strings.empty.asking} />;
  return (
    <main class="empty">
      <EmptyPicture />
      <h1 class="empty-title">{strings.empty.title}</h1>
      <p class="empty-text" role="status">
        {strings.empty.reasons[reason]}
      </p>
    </main>
  );
}

/** A photo whose subject stands out from it. */
function EmptyPicture() {
  return (
    <svg class="empty-picture" width="96" height="72" viewBox="0 0 96 72" fill="none" aria-hidden="true">
      <rect class="empty-photo" x="8.5" y="6.5" width="79" height="59" rx="6" />
      <circle class="empty-sun" cx="68" cy="22" r="6" />
      <path class="empty-hill" d="M9 54 26 38l14 13 20-20 27 26v3a5 5 0 0 1-5 5H14a5 5 0 0 1-5-5z" />
      <path
        class="empty-subject"
        d="M38 63c0-11 4-17 10-17s10 6 10 17zM48 44a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z"
      />
    </svg>
  );
}
