import type { ErrorCode, TinyCutError } from '../../shared/errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { strings } from '../strings.ts';
import type { ImageSession } from './image-session.ts';
import type { Workspace } from './workspace.ts';

/** What went wrong, and the one thing that may help. */
export interface Problem {
  readonly message: string;
  readonly action: { readonly label: string; run(): void } | null;
  readonly dismiss: (() => void) | null;
}

/** Trying the same again changes nothing here. */
const HOPELESS: readonly ErrorCode[] = [
  'model-corrupt',
  'model-missing',
  'protocol-mismatch',
  'channel-closed',
  'image-unreadable',
  'image-too-large',
  'layer-missing',
  'document-read-only',
  'mask-empty',
];

/** The failure to show, most fundamental first. Reads signals: call it where that is tracked. */
export function currentProblem(workspace: Workspace, engine: EngineClient): Problem | null {
  const selectionError = workspace.selectionError.value;
  if (selectionError) return problem(selectionError, () => void workspace.start());
  const session = workspace.session.value;
  const engineStatus = engine.status.value;
  if (!session) {
    if (engineStatus.phase !== 'failed') return null;
    return problem(engineStatus.error, () => void engine.start().catch(() => undefined));
  }
  return sessionProblem(session, workspace);
}

function sessionProblem(session: ImageSession, workspace: Workspace): Problem | null {
  const { segmenting, splitting, applying } = session;
  const reload = { label: strings.problem.reload, run: () => void workspace.reopen() };

  const picture = session.pictureState.value;
  if (picture.phase === 'failed') {
    const isStale = picture.error.code === 'layer-changed' || picture.error.code === 'layer-missing';
    const found = problem(picture.error, () => void session.open());
    return isStale ? { ...found, action: reload } : found;
  }
  const embedding = session.embeddingState.value;
  if (embedding.phase === 'failed') return problem(embedding.error, () => session.startEmbedding());

  const applied = applying.state.value;
  if (applied.phase === 'failed') {
    const { kind } = applied;
    const found = problem(
      applied.error,
      () => void (kind === 'layers' ? workspace.split() : workspace.apply(kind)),
    );
    const action = applied.error.code === 'layer-changed' ? reload : found.action;
    return { ...found, action, dismiss: () => applying.settle() };
  }
  const search = splitting.search.state.value;
  // A lost worker is replaced, and then the search begins anew.
  if (search.phase === 'failed' && search.error.code !== 'worker-lost') {
    return problem(search.error, () => session.searchAgain());
  }
  const { value: layerError } = splitting.error;
  if (layerError) return problem(layerError, () => splitting.arrange());
  const { value: error } = segmenting.error;
  if (error) {
    return { ...problem(error, () => segmenting.refresh()), dismiss: () => (segmenting.error.value = null) };
  }
  return null;
}

function problem(error: TinyCutError, retry: () => void): Problem {
  const action = HOPELESS.includes(error.code) ? null : { label: strings.problem.retry, run: retry };
  return { message: error.message, action, dismiss: null };
}
