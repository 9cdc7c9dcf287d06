import type { Network } from '../../src/inference/network.ts';
import type { SegmenterNetwork } from '../../src/inference/segmenter.ts';
import { LOGITS_SIDE } from '../../src/shared/engine-contract.ts';
import { logitsOf, type Shape } from './synthetic-logits.ts';

const CELLS = LOGITS_SIDE * LOGITS_SIDE;

/** Steep enough to count as stable. */
export function sharpLogitsOf(shape: Shape): Float32Array {
  return logitsOf(shape).map((logit) => logit * 8);
}

/** A network that sees shapes (in model space): a point gives those that it is in, at most three. */
export function sceneNetwork(shapes: readonly Shape[]): SegmenterNetwork & { promptCount: number } {
  const masks = shapes.map(sharpLogitsOf);
  return {
    promptCount: 0,
    embed: () => Promise.resolve(new Float32Array(0)),
    prepare: () => Promise.resolve({} as Awaited<ReturnType<Network['prepare']>>),
    decode: () => Promise.reject(new Error('Nobody should ask for a single prompt.')),
    decodeBatch(_prepared, prompts) {
      this.promptCount += prompts.length;
      const logits = Array.from({ length: prompts.length * 4 }, () => new Float32Array(CELLS).fill(-20));
      const predictedIous = new Float32Array(prompts.length * 4);
      for (const [i, { coords }] of prompts.entries()) {
        const found = masks.filter((_, shape) => shapes[shape]!(coords[0]!, coords[1]!) > 0).slice(0, 3);
        for (const [token, mask] of found.entries()) {
          logits[i * 4 + token + 1]!.set(mask);
          predictedIous[i * 4 + token + 1] = 0.95;
        }
      }
      return Promise.resolve({ logits, predictedIous });
    },
    releaseSpare: () => Promise.resolve(),
    release: () => Promise.resolve(),
  };
}
