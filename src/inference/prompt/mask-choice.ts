/** What of a candidate the choice depends on. Candidates are in the order of their mask tokens, 0..3. */
export interface RatedMask {
  predictedIou: number;
  areaFraction: number;
}

/** Tokens 1..3 are trained for prompts that may mean several things, token 0 for prompts that mean one. */
const AMBIGUOUS_TOKENS = [1, 2, 3] as const;
const MAX_AMBIGUOUS_PROMPT_TOKENS = 2;

/**
 * The mask to show first, by the rule of SAM's ONNX export (`select_masks`): token 0 for three or more prompt
 * tokens, else the best of the others by predicted IoU. A mask to refine is no token: after one click it leaves the
 * question open which size is meant.
 * @param promptTokenCount clicks, box corners and the padding point together
 * @returns index into the candidates
 */
export function defaultMaskIndex(masks: readonly RatedMask[], promptTokenCount: number): number {
  if (promptTokenCount > MAX_AMBIGUOUS_PROMPT_TOKENS) return 0;
  return AMBIGUOUS_TOKENS.reduce<number>(
    (best, token) => (masks[token]!.predictedIou > masks[best]!.predictedIou ? token : best),
    AMBIGUOUS_TOKENS[0],
  );
}

/** @returns indices of tokens 1..3, largest area first: whole, part, detail */
export function indicesBySize(masks: readonly RatedMask[]): number[] {
  return [...AMBIGUOUS_TOKENS].sort((a, b) => masks[b]!.areaFraction - masks[a]!.areaFraction);
}
