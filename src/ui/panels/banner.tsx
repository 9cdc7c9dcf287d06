import type { Problem } from '../session/problem.ts';
import { strings } from '../strings.ts';
import { icons } from './icons.tsx';

/** What went wrong and what to do, where it is seen without being in the way. */
export function Banner({ problem }: { problem: Problem }) {
  return (
    <div class="banner" role="alert">
      {icons.warning}
      <p class="banner-text">{problem.message}</p>
      {problem.action && (
        <button type="button" class="button button-secondary" onClick={problem.action.run}>
          {problem.action.label}
        </button>
      )}
      {problem.dismiss && (
        <button
          type="button"
          class="icon-button"
          aria-label={strings.problem.dismiss}
          onClick={problem.dismiss}
        >
          {icons.clear}
        </button>
      )}
    </div>
  );
}
