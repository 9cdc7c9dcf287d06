import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findRegions, type Region, type RegionMethod } from '../../src/inference/everything/find-regions.ts';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { toModelInput } from '../../src/inference/preprocess.ts';
import { Network as InferenceNetwork, type PreparedImage } from '../../src/inference/network.ts';
import { toPromptTokens } from '../../src/inference/prompt/prompt-tokens.ts';
import { configureRuntime } from '../../src/inference/session.ts';
import type { Size } from '../../src/shared/affine.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import type { Precision } from '../precision.ts';
import { projectPath } from '../project-folder.ts';

/** The one place of the quality bench that knows which files a precision is made of and how they are run. */

export interface Network {
  /**
   * @param sizePx how much of the model square the encoder is shown; what it needs when left out
   * @returns embedding [1, 256, 64, 64]
   */
  embed(image: RgbaImage, sizePx?: Size): Promise<Float32Array>;
  decode(embedding: Float32Array, geometry: MaskGeometry, prompt: Prompt): Promise<DecoderAnswer>;
  /** Everything mode, and how many prompts it asked. */
  findRegions(
    embedding: Float32Array,
    geometry: MaskGeometry,
    method: RegionMethod,
  ): Promise<{ regions: Region[]; promptCount: number }>;
  close(): Promise<void>;
}

export interface DecoderAnswer {
  /** Of the four masks, [256 x 256] each. */
  logits: Float32Array[];
  /** [1, 4] */
  predictedIous: Float32Array;
  /** Prompt tokens, the padding one included: which mask is shown first depends on it. */
  tokenCount: number;
}

export function packPath(precision: Precision): string {
  return projectPath(`models/dist/tinycut.${precision}.pack`);
}

/** Changes whenever an embedding of this precision may. */
export function embedderHash(precision: Precision): string {
  return createHash('sha256')
    .update(readFileSync(packPath(precision)))
    .digest('hex');
}

/** @throws TinyCutError `model-corrupt`, `out-of-memory` */
export async function openNetwork(precision: Precision): Promise<Network> {
  configureRuntime(undefined);
  let prepared: { embedding: Float32Array; image: PreparedImage } | null = null;
  const network = await InferenceNetwork.load(readFileSync(packPath(precision)));
  const prepare = async (embedding: Float32Array) => {
    if (prepared?.embedding !== embedding) prepared = { embedding, image: await network.prepare(embedding) };
    return prepared.image;
  };
  return {
    embed: (image, sizePx) => network.embed(toModelInput(image, sizePx)),
    async decode(embedding, geometry, prompt) {
      const tokens = toPromptTokens(prompt, geometry);
      const answer = await network.decode(await prepare(embedding), tokens, prompt.previousLogits);
      return { ...answer, tokenCount: tokens.tokenCount };
    },
    async findRegions(embedding, geometry, method) {
      let promptCount = 0;
      const decodeBatch: InferenceNetwork['decodeBatch'] = (image, prompts, signal) => {
        promptCount += prompts.length;
        return network.decodeBatch(image, prompts, signal);
      };
      const regions = await findRegions({ decodeBatch }, await prepare(embedding), geometry, { method });
      return { regions, promptCount };
    },
    close: () => network.release(),
  };
}
