import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { CanvasTool } from './canvas/canvas-tool.ts';
import { START_BRUSH, type Brush } from './canvas/brush.ts';
import { BrushTool } from './canvas/brush-tool.ts';
import { LayerTool } from './canvas/layer-tool.ts';
import type { ObjectToolName } from './canvas/object-tools.ts';
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
  readonly brushTool: BrushTool;
  /** The one in use. Reads a signal. */
  readonly tool: CanvasTool;
}

export interface AppState {
  readonly workspace: Workspace;
  readonly engine: EngineClient;
  /** Null while no picture is there. */
  readonly stage: ReadonlySignal<Stage | null>;
  /** What the pointer does while one object is at work. */
  readonly objectToolName: ReadonlySignal<ObjectToolName>;
  chooseTool(tool: ObjectToolName): void;
  readonly brush: Signal<Brush>;
  readonly isAltDown: Signal<boolean>;
  readonly isSpaceDown: Signal<boolean>;
}

export function createAppState(workspace: Workspace, engine: EngineClient): AppState {
  const objectToolName = signal<ObjectToolName>('select');
  const brush = signal(START_BRUSH);
  const stage = computed<Stage | null>(() => {
    const session = workspace.session.value;
    const picture = session?.picture.value;
    if (!session || !picture) return null;
    const view = new ViewState(picture);
    const objectTool = new PointerTool(session.segmenting, view, picture);
    const brushTool = new BrushTool(session.segmenting, view, picture, brush);
    const layerTool = new LayerTool(session.splitting, view, picture, session.modelSizePx);
    return {
      session,
      picture,
      view,
      objectTool,
      brushTool,
      get tool() {
        if (workspace.task.value === 'everything') return layerTool;
        return objectToolName.value === 'select' ? objectTool : brushTool;
      },
    };
  });
  return {
    workspace,
    engine,
    stage,
    objectToolName,
    chooseTool(tool) {
      stage.peek()?.tool.leave();
      objectToolName.value = tool;
      if (tool !== 'select') brush.value = { ...brush.peek(), kind: tool };
    },
    brush,
    isAltDown: signal(false),
    isSpaceDown: signal(false),
  };
}
