import type { ReadonlySignal } from '@preact/signals';
import type { AppState, Stage } from './app-state.ts';
import { larger, smaller } from './canvas/brush.ts';
import { handleCrosshairKey } from './canvas/crosshair-keys.ts';
import { TOOLS } from './canvas/object-tools.ts';
import { ZOOM_STEP } from './canvas/viewport.ts';
import { FocusOrigin } from './focus-origin.ts';
import type { ImageSession } from './session/image-session.ts';
import { MASK_SIZES } from '../shared/cutout-recipe.ts';
import { strings } from './strings.ts';

/** All keys of the plugin. What is used here never reaches the host, whose own undo it would trigger. */
export function listenToKeys(frame: Window, state: AppState): void {
  const focusOrigin = new FocusOrigin(frame.document);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Alt') setAlt(true);
    if (event.key === ' ' && !focusOrigin.isControlReachedByKeyboard()) state.isSpaceDown.value = true;
    if (handleKey(state, event, focusOrigin)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key === 'Alt') setAlt(false);
    if (event.key === ' ') {
      // A button that was clicked keeps the focus and would be clicked again by the key.
      if (state.isSpaceDown.value) event.preventDefault();
      state.isSpaceDown.value = false;
    }
  };
  const setAlt = (isDown: boolean) => {
    if (state.isAltDown.value === isDown) return;
    state.isAltDown.value = isDown;
    state.stage.peek()?.tool.altChanged(isDown);
  };
  frame.addEventListener('keydown', onKeyDown, { capture: true });
  frame.addEventListener('keyup', onKeyUp, { capture: true });
  frame.addEventListener('blur', () => {
    setAlt(false);
    state.isSpaceDown.value = false;
  });
}

/** @returns whether the key was used */
function handleKey(state: AppState, event: KeyboardEvent, focusOrigin: FocusOrigin): boolean {
  const stage = state.stage.peek();
  if (!stage) return false;
  const isSplitting = state.workspace.task.peek() === 'everything';
  const { segmenting, splitting } = stage.session;
  if (event.ctrlKey || event.metaKey)
    return handleUndoKey(isSplitting ? splitting : segmenting, event, hostUndo(state, stage.session));
  if (event.key === 'Alt') return true;
  if (event.target instanceof HTMLCanvasElement && handleCrosshairKey(stage, event)) return true;
  if (event.key === 'Escape') return handleEscape(state, stage, isSplitting);
  if (event.key === '+' || event.key === '=') return done(stage.view.zoom(ZOOM_STEP));
  if (event.key === '-') return done(stage.view.zoom(1 / ZOOM_STEP));
  if (event.key === '0') return done(stage.view.fit());
  const maskSize = MASK_SIZES[Number(event.key) - 1];
  if (maskSize && !isSplitting && stage.session.embedded.peek())
    return done(segmenting.setMaskSize(maskSize));
  if (event.key.toLowerCase() === 'b' && !isSplitting && stage.session.embedded.peek())
    return done(segmenting.showSubject());
  if (!isSplitting && handleToolKey(state, stage, event.key.toLowerCase())) return true;
  if (event.key.toLowerCase() === 'o' && !isSplitting) {
    const { isEdgePanelOpen } = state.workspace;
    return done(void (isEdgePanelOpen.value = !isEdgePanelOpen.value));
  }
  if (focusOrigin.isControlReachedByKeyboard()) return false;
  if (event.key === 'Enter' && !event.repeat) {
    const { workspace } = state;
    return done(void (isSplitting ? workspace.split() : workspace.apply(workspace.lastKind.peek())));
  }
  return event.key === ' ';
}

function handleToolKey(state: AppState, { session }: Stage, key: string): boolean {
  const tool = TOOLS.find((name) => strings.tools.keys[name].toLowerCase() === key);
  if (tool) return done(state.chooseTool(tool));
  if (key === strings.tools.invertKey.toLowerCase()) return done(session.segmenting.invert());
  if (state.objectToolName.peek() === 'select') return false;
  if (key === '[') return done(void (state.brush.value = smaller(state.brush.peek())));
  if (key === ']') return done(void (state.brush.value = larger(state.brush.peek())));
  return false;
}

interface UndoableSteps {
  canUndo: ReadonlySignal<boolean>;
  canRedo: ReadonlySignal<boolean>;
  undo(): void;
  redo(): void;
}

/** What is left to a host that hears the keys: to take a result back, the newest step there is, and all that is not here. */
function hostUndo({ workspace }: AppState, { applying }: ImageSession) {
  const isHeard = workspace.traits.peek().hearsUndoKeys;
  return {
    takesUndo: (steps: UndoableSteps) =>
      isHeard && (applying.state.peek().phase === 'done' || !steps.canUndo.peek()),
    takesRedo: (steps: UndoableSteps) => isHeard && !steps.canRedo.peek(),
  };
}

function handleUndoKey(
  steps: UndoableSteps,
  event: KeyboardEvent,
  { takesUndo, takesRedo }: ReturnType<typeof hostUndo>,
): boolean {
  const key = event.key.toLowerCase();
  const isUndo = key === 'z' && !event.shiftKey;
  const isRedo = key === 'y' || (key === 'z' && event.shiftKey);
  if (isUndo) return !takesUndo(steps) && done(steps.undo());
  if (isRedo) return !takesRedo(steps) && done(steps.redo());
  return false;
}

/** What is under way ends first, then a brush is put away, then the prompts or choices go. */
function handleEscape(state: AppState, { tool, brushTool, session }: Stage, isSplitting: boolean): true {
  const { splitting, segmenting, applying } = session;
  if (tool.isBusy) tool.cancel();
  else if (applying.isBusy) applying.cancel();
  else if (tool === brushTool) return done(state.chooseTool('select'));
  else if (isSplitting && splitting.search.state.peek().phase === 'running') splitting.search.cancel();
  else if (isSplitting && splitting.mergeIntoId.peek() !== null) splitting.endMerge();
  else if (isSplitting) splitting.clear();
  else segmenting.clear();
  tool.crosshair.value = null;
  return true;
}

function done(_outcome: void): true {
  return true;
}
