import type { AppState } from '../app-state.ts';
import { CanvasView } from '../canvas/canvas-view.tsx';
import type { ImageSession } from '../session/image-session.ts';
import { currentProblem } from '../session/problem.ts';
import { ApplyBar } from './apply-bar.tsx';
import { Banner } from './banner.tsx';
import { EditButtons } from './edit-buttons.tsx';
import { EmptyState } from './empty-state.tsx';
import { icons } from './icons.tsx';
import { ImageStrip } from './image-strip.tsx';
import { MaskSizeControl } from './mask-size-control.tsx';
import { ProgressCard } from './progress-card.tsx';
import { ResizeGrip } from './resize-grip.tsx';
import { StatusLine } from './status-line.tsx';
import { ZoomControls } from './zoom-controls.tsx';

export function App({ state }: { state: AppState }) {
  const { workspace, engine } = state;
  const session = workspace.session.value;
  const problem = currentProblem(workspace, engine);
  return (
    <div class="app">
      {session ? <Work state={state} session={session} /> : <EmptyState workspace={workspace} />}
      {problem && <Banner problem={problem} />}
      {session && (
        <footer class="panel">
          <div class="panel-row">
            <MaskSizeControl session={session} />
            <EditButtons segmenting={session.segmenting} />
          </div>
          <ApplyBar workspace={workspace} session={session} />
          <StatusLine state={state} session={session} />
          <ResizeGrip host={state.workspace.host} />
        </footer>
      )}
    </div>
  );
}

function Work({ state, session }: { state: AppState; session: ImageSession }) {
  const stage = state.stage.value;
  return (
    <>
      <ImageStrip workspace={state.workspace} />
      <main class="stage" aria-busy={session.pictureState.value.phase === 'reading'}>
        {stage && <CanvasView state={state} stage={stage} />}
        {stage && <ZoomControls view={stage.view} />}
        {session.pictureState.value.phase === 'failed' && <div class="stage-missing">{icons.image}</div>}
        <ProgressCard session={session} engine={state.engine} />
      </main>
    </>
  );
}
