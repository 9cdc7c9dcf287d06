import { describe, expect, it, vi } from 'vitest';
import { keepWork, type PageMemory } from '../../src/ui/session/kept-work.ts';
import { replaySteps } from '../../src/ui/session/replay-steps.ts';
import { emptyEntry, toPrompt, withPoint, type PromptEntry } from '../../src/ui/session/prompt-entry.ts';
import type { Segmentation } from '../../src/ui/session/mask-size.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import { openWorkspace } from './ui-fakes.ts';

/** An answer that tells which prompt it was for, the masks before it included. */
function answer({ points, previousLogits }: Prompt): Segmentation {
  const logits = Float32Array.of(points.length, ...(previousLogits ?? []));
  return {
    candidates: [{ logits, predictedIou: 1, stability: 1, areaFraction: 0.5 }],
    bySize: [0],
    defaultIndex: 0,
  } as unknown as Segmentation;
}

const replayer = () => {
  const ask = vi.fn(async (entry: PromptEntry) => answer(toPrompt(entry)));
  return { ask, resultOf: () => null, keep: () => {} };
};

/** Three clicks, each of which refines the mask of the one before. */
function chainOfClicks(): PromptEntry[] {
  const chain = [emptyEntry()];
  let logits: Float32Array | null = null;
  for (let x = 1; x <= 3; x++) {
    const entry = withPoint(chain.at(-1)!, { x, y: 0, label: 1 }, logits && { logits });
    logits = answer({ points: [...entry.points], box: null, previousLogits: entry.previousLogits })
      .candidates[0]!.logits;
    chain.push(entry);
  }
  return chain;
}

describe('steps of a page that was thrown away', () => {
  it('refine the same masks when they are replayed', async () => {
    const chain = chainOfClicks();
    const lost = chain.map((entry) => ({
      ...entry,
      previousLogits: null,
      isRefinedMaskLost: entry.previousLogits !== null,
    }));
    const replayed = await replaySteps(lost, lost.at(-1)!, replayer());
    expect(replayed).toEqual(chain);
  });

  it('are not replayed beyond the one that is wanted', async () => {
    const lost = chainOfClicks().map((entry, i) => ({
      ...entry,
      previousLogits: null,
      isRefinedMaskLost: i > 1,
    }));
    const replay = replayer();
    const replayed = await replaySteps(lost, lost[2]!, replay);
    expect(replay.ask).toHaveBeenCalledTimes(1);
    expect(replayed.map(({ isRefinedMaskLost }) => isRefinedMaskLost)).toEqual([false, false, false, true]);
  });

  it('are kept as JSON, and found by the next page', async () => {
    const memory: PageMemory & { state: unknown } = {
      state: undefined,
      getState: () => memory.state,
      setState: (state) => (memory.state = JSON.parse(JSON.stringify(state))),
    };
    const first = await openWorkspace();
    keepWork(first.workspace, memory);
    first.session().segmenting.addPoint({ x: 10, y: 20, label: 1 });
    first.session().segmenting.addPoint({ x: 30, y: 20, label: 0 });
    first.session().segmenting.undo();
    first.workspace.task.value = 'everything';

    const second = await openWorkspace(undefined, 'object', (workspace) => keepWork(workspace, memory));
    const { steps } = second.session().segmenting;
    expect(steps.value.present.points).toEqual([{ x: 10, y: 20, label: 1 }]);
    expect(steps.value.future[0]!.points).toHaveLength(2);
    expect(second.workspace.task.value).toBe('everything');
  });

  it('are left where the memory holds something else', async () => {
    for (const state of [undefined, null, 5, { sourceKey: 1 }, []]) {
      const { session } = await openWorkspace(undefined, 'object', (workspace) =>
        keepWork(workspace, { getState: () => state, setState: () => {} }),
      );
      expect(session().segmenting.isPromptEmpty.value).toBe(true);
    }
  });
});
