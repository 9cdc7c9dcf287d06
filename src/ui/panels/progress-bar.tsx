/** How far something is, 0..1. */
export function ProgressBar({ label, fraction }: { label: string; fraction: number }) {
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(fraction * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div class="progress-bar" style={{ transform: `scaleX(${fraction})` }} />
    </div>
  );
}
