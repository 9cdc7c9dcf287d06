import type { AppState } from '../app-state.ts';
import { retouchedMask } from '../canvas/retouched-outline.ts';
import { keyNames } from '../platform.ts';
import type { ImageSession } from '../session/image-session.ts';
import { isSameStep } from '../session/prompt-entry.ts';
import { strings } from '../strings.ts';
import { icons } from './icons.tsx';
import { nameOf } from './layer-list.tsx';

/** One line that says what happened or what comes next; screen readers hear it when it changes. */
export function StatusLine({ state, session }: { state: AppState; session: ImageSession }) {
  const applied = session.applying.state.value;
  const isSuccess = applied.phase === 'done';
  return (
    <p class={`status ${isSuccess ? 'status-success' : ''}`} role="status">
      {isSuccess && icons.check}
      <span class="status-text">{statusText(state, session)}</span>
    </p>
  );
}

function statusText({ workspace, isAltDown, objectToolName }: AppState, session: ImageSession): string {
  const { resultsAre } = workspace.traits.value;
  const { segmenting, layer } = session;
  const applied = session.applying.state.value;
  if (applied.phase === 'making') return strings.apply.making[applied.kind];
  if (applied.phase === 'placing') return strings.apply.placing[resultsAre];
  if (applied.phase === 'done') {
    const { outline } = applied;
    const figures = outline && strings.outline.figures(outline.nodeCount, outline.maxDeviationPx);
    const done = applied.isUpdate ? strings.apply.updated : strings.apply.done[resultsAre];
    return [done(applied.kind, layer.name), figures, applied.notice].filter(Boolean).join(' ');
  }
  const keptAtEntry = workspace.keptAtEntry.value;
  if (keptAtEntry && isSameStep(keptAtEntry, segmenting.entry.value))
    return strings.hint.keptWithoutSelection(layer.name);
  if (session.pictureState.value.phase === 'reading') return strings.stage.reading;
  if (workspace.task.value === 'everything') return layersText(session);
  if (segmenting.isBusy.value && session.embedded.value)
    return segmenting.entry.value.isSubject ? strings.subject.finding : strings.hint.selecting;
  const shown = segmenting.shown.value;
  const tool = objectToolName.value;
  if (tool !== 'select') return strings.hint[tool](keyNames.alt);
  const edited = session.editedAsItWas.value;
  if (shown && edited) return strings.hint.editing(edited.name);
  if (shown) {
    const { retouch } = segmenting.entry.value;
    const { isInverted, strokes } = retouch;
    const picture = session.picture.value;
    if (strokes.length > 0 && picture) {
      const frame = { ...picture, modelSizePx: session.modelSizePx.value };
      return strings.hint.painted(retouchedMask(shown.logits, retouch, frame).areaFraction, keyNames.alt);
    }
    if (isInverted) return strings.hint.inverted(1 - shown.areaFraction);
    if (segmenting.entry.value.isSubject)
      return strings.subject.refine(shown.areaFraction, segmenting.shownSize.value, keyNames.alt);
    return shown.areaFraction > 0
      ? strings.hint.refine(shown.areaFraction, keyNames.alt)
      : strings.hint.nothingFound;
  }
  switch (session.embeddingState.value.phase) {
    case 'cancelled':
      return strings.hint.stopped;
    case 'running':
      return strings.hint.wait;
    case 'ready':
      return isAltDown.value ? strings.hint.startWithAdd : strings.hint.start;
    default:
      return '';
  }
}

function layersText({ splitting, embedded, embeddingState }: ImageSession): string {
  const shown = splitting.shown.value;
  const count = shown?.layers.length ?? 0;
  if (embeddingState.value.phase === 'cancelled') return strings.hint.stopped;
  if (!embedded.value) return strings.layers.wait;
  if (!splitting.isReady.value) return shown ? strings.layers.found(count) : '';
  const mergeInto = splitting.layerById(splitting.mergeIntoId.value);
  if (shown && mergeInto) return strings.layers.mergeNext(nameOf(mergeInto, shown.layers.indexOf(mergeInto)));
  const chosenCount = splitting.chosen.value.length;
  if (count === 0) return strings.layers.nothingFound;
  return chosenCount === 0 ? strings.layers.noneChosen : strings.layers.chosen(chosenCount, count);
}
