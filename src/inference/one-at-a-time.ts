import type { BatchAnswer, Network, PreparedImage } from './network.ts';

/** The same answers with the memory of a single prompt. */
export function oneAtATime(network: Pick<Network, 'decodeBatch'>): Pick<Network, 'decodeBatch'> {
  return {
    async decodeBatch(prepared: PreparedImage, prompts, signal) {
      const answers: BatchAnswer[] = [];
      for (const prompt of prompts) answers.push(await network.decodeBatch(prepared, [prompt], signal));
      return {
        logits: concatenated(answers.map(({ logits }) => logits)),
        predictedIous: concatenated(answers.map(({ predictedIous }) => predictedIous)),
      };
    },
  };
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
