import { effect } from '@preact/signals';
import * as v from 'valibot';
import { retouchSchema } from '../../shared/retouch.ts';
import { pointSchema } from '../../shared/host-contract.ts';
import type { History } from './history.ts';
import type { ImageSession } from './image-session.ts';
import type { LayerChoice } from './layer-choice.ts';
import { MASK_SIZES } from '../../shared/cutout-recipe.ts';
import { nextEntryId, type PromptEntry } from './prompt-entry.ts';
import { keyOf } from './source-key.ts';
import { TASKS } from './task.ts';
import type { Workspace } from './workspace.ts';

/** Where a page leaves what it wants to find again when it is made anew; the host keeps it as JSON. */
export interface PageMemory {
  getState(): unknown;
  setState(state: unknown): void;
}

const stepSchema = v.object({
  /** The same in steps that have the same prompts. */
  id: v.number(),
  isSubject: v.boolean(),
  points: v.array(v.object({ ...pointSchema.entries, label: v.picklist([0, 1]) })),
  box: v.nullable(v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })),
  maskSize: v.nullable(v.picklist(MASK_SIZES)),
  /** Whether the step refines the mask of the one before it. */
  isRefining: v.boolean(),
  retouch: retouchSchema,
});
type Step = v.InferOutput<typeof stepSchema>;

const workSchema = v.object({
  sourceKey: v.string(),
  task: v.picklist(TASKS),
  past: v.array(stepSchema),
  present: stepSchema,
  future: v.array(stepSchema),
  detail: v.number(),
  choice: v.object({
    isChosenByDefault: v.boolean(),
    exceptions: v.array(v.number()),
    merges: v.array(v.array(v.number())),
  }),
});
type Work = v.InferOutput<typeof workSchema>;

/**
 * Lets the work on an image outlive the page: a webview is thrown away when its tab is hidden, since the engine and the
 * image in it take hundreds of megabytes. Masks are not kept, but computed again.
 */
export function keepWork(workspace: Workspace, memory: PageMemory): void {
  const found = v.safeParse(workSchema, memory.getState());
  const work = found.success ? found.output : null;
  if (work) {
    workspace.task.value = work.task;
    workspace.remember(work.sourceKey, { prompts: toHistory(work), layers: layersOf(work) });
  }
  effect(() => {
    const session = workspace.session.value;
    if (session) memory.setState(workOf(session, workspace));
  });
}

function workOf({ segmenting, splitting, layer }: ImageSession, { task }: Workspace): Work {
  const { past, present, future } = segmenting.steps.value;
  const { isChosenByDefault, exceptions, merges } = splitting.choice.value;
  return {
    sourceKey: keyOf(layer.source),
    task: task.value,
    past: past.map(toStep),
    present: toStep(present),
    future: future.map(toStep),
    detail: splitting.detail.value,
    choice: {
      isChosenByDefault,
      exceptions: [...exceptions],
      merges: merges.map((ids) => [...ids]),
    },
  };
}

function toStep({ previousLogits, isRefinedMaskLost, points, ...step }: PromptEntry): Step {
  return {
    ...step,
    points: [...points],
    isRefining: previousLogits !== null || isRefinedMaskLost,
  };
}

function toHistory({ past, present, future }: Work): History<PromptEntry> {
  const ids = new Map([...past, present, ...future].map(({ id }) => [id, nextEntryId()]));
  const toEntry = ({ isRefining, id, ...step }: Step): PromptEntry => ({
    ...step,
    id: ids.get(id)!,
    previousLogits: null,
    isRefinedMaskLost: isRefining,
  });
  return { past: past.map(toEntry), present: toEntry(present), future: future.map(toEntry) };
}

function layersOf({ detail, choice }: Work): { detail: number; choice: LayerChoice } {
  return { detail, choice: { ...choice, exceptions: new Set(choice.exceptions) } };
}
