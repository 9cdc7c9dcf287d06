import { ProgressBar } from './progress-bar.tsx';

export interface CardProps {
  label: string;
  /** Beside the label, such as the time left. */
  note?: string;
  /** Of the work, 0..1; null where none is under way. */
  fraction: number | null;
  action: { name: string; isMain: boolean; run(): void };
}

/** Lies over the picture: how far something is, and the way to stop it or to start it again. */
export function Card({ label, note, fraction, action }: CardProps) {
  const percent = Math.round((fraction ?? 0) * 100);
  return (
    <div class="card">
      <div class="card-text">
        <span class="card-label">{label}</span>
        {fraction !== null && (
          <>
            <span class="card-percent">{note ?? `${percent}%`}</span>
            <ProgressBar label={label} fraction={fraction} />
          </>
        )}
      </div>
      <button
        type="button"
        class={`button ${action.isMain ? 'button-primary' : 'button-secondary'}`}
        onClick={action.run}
      >
        {action.name}
      </button>
    </div>
  );
}
