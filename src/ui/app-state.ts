import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { CanvasTool } from './canvas/canvas-tool.ts';
import { LayerTool } from './canvas/layer-tool.ts';
import { PointerTool } from './canvas/pointer-tool.ts';
import { ViewState } from './canvas/view-state.ts';
import type { EngineClient } from './engine/engine-client.ts';
import type { ImageSession } from './session/image-session.ts';
import type { Picture } from './session/picture.ts';
import type { Workspace } from './session/workspace.ts';

/** The picture at work with the way it is looked at and pointed at. */
export interface Stage {
  readonly session: ImageSession;
  readonly picture: Picture;
  readonly view: ViewState;
  readonly objectTool: PointerTool;
  /** The one in use. Reads a signal. */
  readonly tool: CanvasTool;
}

export interface AppState {
  readonly workspace: Workspace;
  readonly engine: EngineClient;
  /** Null while no picture is there. */
  readonly stage: ReadonlySignal<Stage | null>;
  readonly isAltDown: Signal<boolean>;
  readonly isSpaceDown: Signal<boolean>;
}

export function createAppState(workspace: Workspace, engine: EngineClient): AppState {
  const stage = computed<Stage | null>(() => {
    const session = workspace.session.value;
    const picture = session?.picture.value;
    if (!session || !picture) return null;
    const view = new ViewState(picture);
    const objectTool = new PointerTool(session.segmenting, view, picture);
    const layerTool = new LayerTool(session.splitting, view, picture, session.modelSizePx);
    return {
      session,
      picture,
      view,
      objectTool,
      get tool() {
        return workspace.task.value === 'everything' ? layerTool : objectTool;
      },
    };
  });
  return { workspace, engine, stage, isAltDown: signal(false), isSpaceDown: signal(false) };
}
