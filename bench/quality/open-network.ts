import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { toModelInput } from '../../src/inference/preprocess.ts';
import { toDecoderInputs } from '../../src/inference/prompt/decoder-inputs.ts';
import { configureRuntime, ModelSession } from '../../src/inference/session.ts';
import { LOGITS_SIDE, MODEL_SIDE_PX, type Prompt } from '../../src/shared/engine-contract.ts';
import type { Precision } from '../precision.ts';
import { projectPath } from '../project-folder.ts';

/** The one place of the quality bench that knows which files a precision is made of and how they are run. */

export interface Network {
  /** @returns embedding [1, 256, 64, 64] */
  embed(image: RgbaImage): Promise<Float32Array>;
  decode(embedding: Float32Array, geometry: MaskGeometry, prompt: Prompt): Promise<DecoderAnswer>;
  close(): Promise<void>;
}

export interface DecoderAnswer {
  /** [1, 4, 256, 256] */
  logits: Float32Array;
  /** [1, 4] */
  predictedIous: Float32Array;
  /** Prompt tokens, the padding one included: which mask is shown first depends on it. */
  tokenCount: number;
}

/** The files that a precision is made of. */
export function networkFiles(precision: Precision): string[] {
  return ['encoder', 'decoder'].map((name) => projectPath(`models/dist/${name}.${precision}.onnx`));
}

/** Changes whenever an embedding of this precision may. */
export function embedderHash(precision: Precision): string {
  return createHash('sha256')
    .update(readFileSync(networkFiles(precision)[0]!))
    .digest('hex');
}

/** @throws TinyCutError `model-corrupt`, `out-of-memory` */
export async function openNetwork(precision: Precision): Promise<Network> {
  configureRuntime(undefined);
  const [encoderFile, decoderFile] = networkFiles(precision);
  const encoder = await ModelSession.create('encoder', readFileSync(encoderFile!));
  const decoder = await ModelSession.create('decoder', readFileSync(decoderFile!));
  return {
    async embed(image) {
      const { outputs } = await encoder.run({
        image: { data: toModelInput(image), dims: [1, 3, MODEL_SIDE_PX, MODEL_SIDE_PX] },
      });
      return outputs['image_embedding']!;
    },
    async decode(embedding, geometry, prompt) {
      const inputs = toDecoderInputs(prompt, geometry);
      const { tokenCount } = inputs;
      const { outputs } = await decoder.run({
        image_embedding: { data: embedding, dims: [1, 256, 64, 64] },
        point_coords: { data: inputs.pointCoords, dims: [1, tokenCount, 2] },
        point_labels: { data: inputs.pointLabels, dims: [1, tokenCount] },
        mask_input: { data: inputs.maskInput, dims: [1, 1, LOGITS_SIDE, LOGITS_SIDE] },
        has_mask_input: { data: inputs.hasMaskInput, dims: [1] },
      });
      return {
        logits: outputs['low_res_logits']!,
        predictedIous: outputs['iou_predictions']!,
        tokenCount,
      };
    },
    async close() {
      await Promise.all([encoder.release(), decoder.release()]);
    },
  };
}
