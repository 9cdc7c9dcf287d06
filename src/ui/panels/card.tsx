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
            <div
              class="progress"
              role="progressbar"
              aria-label={label}
              aria-valuenow={percent}
              aria-valuemin={0}
              aria-valuemax={100}
            >
              <div class="progress-bar" style={{ transform: `scaleX(${fraction})` }} />
            </div>
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
