import type { EngineClient } from '../engine/engine-client.ts';
import type { ImageSession } from '../session/image-session.ts';
import { strings } from '../strings.ts';

/** Lies over the picture until it can be clicked on: how far the analysis is, and the way to stop it. */
export function ProgressCard({ session, engine }: { session: ImageSession; engine: EngineClient }) {
  const embedding = session.embeddingState.value;
  if (embedding.phase === 'cancelled') {
    return (
      <div class="card">
        <span class="card-text">{strings.stage.stopped}</span>
        <button type="button" class="button button-primary" onClick={() => session.startEmbedding()}>
          {strings.stage.startAgain}
        </button>
      </div>
    );
  }
  if (embedding.phase !== 'running') return null;
  const status = engine.status.value;
  const isStarting = status.phase === 'starting';
  const fraction = (isStarting ? status.progress : embedding.progress)?.fraction ?? 0;
  const label = isStarting ? strings.stage.starting : strings.stage.embedding;
  const percent = Math.round(fraction * 100);
  return (
    <div class="card">
      <div class="card-text">
        <span class="card-label">{label}</span>
        <span class="card-percent">{percent}%</span>
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
      </div>
      <button type="button" class="button button-secondary" onClick={() => session.cancelEmbedding()}>
        {strings.stage.cancel}
      </button>
    </div>
  );
}
