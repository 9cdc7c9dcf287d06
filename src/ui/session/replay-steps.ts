import { chooseCandidate, type Segmentation } from './mask-size.ts';
import type { PromptEntry } from './prompt-entry.ts';

export interface Replay {
  ask(entry: PromptEntry): Promise<Segmentation>;
  /** What is known of an entry already. */
  resultOf(entry: PromptEntry): Segmentation | null;
  keep(entry: PromptEntry, segmentation: Segmentation): void;
}

/**
 * Computes again the masks that steps refine, where a page was thrown away that knew them. Steps are replayed in their
 * order, so that the mask is the one that was there, not one that the points would give at once.
 * @param chain the steps in order, whether undone or not
 * @param upTo the last one whose refined mask is wanted
 * @returns the chain with the masks up to there
 * @throws TinyCutError
 */
export async function replaySteps(
  chain: readonly PromptEntry[],
  upTo: PromptEntry,
  { ask, resultOf, keep }: Replay,
): Promise<PromptEntry[]> {
  const replayed = [...chain];
  const last = chain.map(({ id }) => id).lastIndexOf(upTo.id);
  for (let i = 1; i <= last; i++) {
    const entry = replayed[i]!;
    if (!entry.isRefinedMaskLost) continue;
    const previous = replayed[i - 1]!;
    // Retouched, but of the same prompts.
    if (previous.id === entry.id) {
      replayed[i] = { ...entry, ...refinedMaskOf(previous) };
      continue;
    }
    const known = resultOf(previous);
    const segmentation = known ?? (await ask(previous));
    if (!known) keep(previous, segmentation);
    const previousLogits = chooseCandidate(segmentation, previous.maskSize)?.logits ?? null;
    replayed[i] = { ...entry, previousLogits, isRefinedMaskLost: false };
  }
  return replayed;
}

export function refinedMaskOf({ previousLogits, isRefinedMaskLost }: PromptEntry) {
  return { previousLogits, isRefinedMaskLost };
}
