import type { AppState } from '../app-state.ts';
import { CanvasView } from '../canvas/canvas-view.tsx';
import type { ImageSession } from '../session/image-session.ts';
import { currentProblem } from '../session/problem.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { ApplyBar } from './apply-bar.tsx';
import { Banner } from './banner.tsx';
import { DetailSlider } from './detail-slider.tsx';
import { EdgeAndOutline, EdgeAndOutlineButton } from './edge-and-outline.tsx';
import { EditButtons } from './edit-buttons.tsx';
import { EmptyState } from './empty-state.tsx';
import { icons } from './icons.tsx';
import { ImageStrip } from './image-strip.tsx';
import { LayerChoiceButtons } from './layer-choice-buttons.tsx';
import { LayerList } from './layer-list.tsx';
import { MaskSizeControl } from './mask-size-control.tsx';
import { PictureNote } from './picture-note.tsx';
import { ProgressCard } from './progress-card.tsx';
import { RemovalView } from './removal-view.tsx';
import { ResizeGrip } from './resize-grip.tsx';
import { SplitBar } from './split-bar.tsx';
import { StatusLine } from './status-line.tsx';
import { SubjectButton } from './subject-button.tsx';
import { TaskControl } from './task-control.tsx';
import { ToolBar } from './tool-bar.tsx';
import { ZoomControls } from './zoom-controls.tsx';

export function App({ state }: { state: AppState }) {
  const { workspace, engine } = state;
  const session = workspace.session.value;
  const removal = workspace.removal.state.value;
  const problem = currentProblem(workspace, engine);
  return (
    <div class="app">
      {removal.phase !== 'idle' ? (
        <RemovalView workspace={workspace} state={removal} />
      ) : session ? (
        <Work state={state} session={session} />
      ) : (
        <EmptyState workspace={workspace} />
      )}
      {problem && <Banner problem={problem} />}
      {session && (
        <footer class="panel">
          {workspace.task.value === 'everything' ? (
            <LayersPanel workspace={workspace} session={session} />
          ) : (
            <ObjectPanel workspace={workspace} session={session} />
          )}
          <PictureNote session={session} />
          <StatusLine state={state} session={session} />
          {workspace.traits.value.isUiResizable && <ResizeGrip host={workspace.host} />}
        </footer>
      )}
    </div>
  );
}

function ObjectPanel({ workspace, session }: { workspace: Workspace; session: ImageSession }) {
  return (
    <>
      <div class="panel-row">
        <TaskControl workspace={workspace} />
        <EditButtons edited={session.segmenting} clearName={strings.edit.clear.object} />
      </div>
      <div class="panel-row">
        <MaskSizeControl session={session} />
        <div class="panel-actions">
          <SubjectButton session={session} />
          <EdgeAndOutlineButton workspace={workspace} />
        </div>
      </div>
      <EdgeAndOutline workspace={workspace} />
      <ApplyBar workspace={workspace} session={session} />
    </>
  );
}

function LayersPanel({ workspace, session }: { workspace: Workspace; session: ImageSession }) {
  const { splitting } = session;
  return (
    <>
      <div class="panel-row">
        <TaskControl workspace={workspace} />
        <EditButtons edited={splitting} clearName={strings.edit.clear.everything} />
      </div>
      <div class="panel-row layer-controls">
        <DetailSlider splitting={splitting} />
        <LayerChoiceButtons splitting={splitting} />
      </div>
      <LayerList session={session} />
      <SplitBar workspace={workspace} session={session} />
    </>
  );
}

function Work({ state, session }: { state: AppState; session: ImageSession }) {
  const stage = state.stage.value;
  return (
    <>
      <ImageStrip workspace={state.workspace} />
      <main class="stage" aria-busy={session.pictureState.value.phase === 'reading'}>
        <h1 class="visually-hidden">{strings.canvas.name(session.layer.name)}</h1>
        {stage && <CanvasView state={state} stage={stage} />}
        {stage && state.workspace.task.value === 'object' && <ToolBar state={state} stage={stage} />}
        {stage && <ZoomControls view={stage.view} />}
        {session.pictureState.value.phase === 'failed' && <div class="stage-missing">{icons.image}</div>}
        <ProgressCard session={session} engine={state.engine} task={state.workspace.task.value} />
      </main>
    </>
  );
}
