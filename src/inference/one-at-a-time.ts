import type { BatchAnswer, Network, PreparedImage } from './network.ts';

/** The same answers with the memory of a single prompt. */
export function oneAtATime(network: Pick<Network, 'decodeBatch'>): Pick<Network, 'decodeBatch'> {
  return {
    async decodeBatch(prepared: PreparedImage, prompts, signal) {
      const answers: BatchAnswer[] = [];
      for (const prompt of prompts) answers.push(await network.decodeBatch(prepared, [prompt], signal));
      return {
        logits: answers.flatMap(({ logits }) => logits),
        predictedIous: Float32Array.from(answers.flatMap(({ predictedIous }) => [...predictedIous])),
      };
    },
  };
}
