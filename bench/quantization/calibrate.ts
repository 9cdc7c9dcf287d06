import { CAPTURE_PORTS, captureSamples } from '../../models/compile/quantize/capture-samples.ts';
import type { ProductSite } from '../../models/compile/quantize/product-sites.ts';
import { collectSamples, type SiteSamples } from '../../models/compile/quantize/site-samples.ts';
import {
  buildTaskGradient,
  drawSeeds,
  TASK_GRADIENT_PORTS,
} from '../../models/compile/quantize/task-gradient.ts';
import { EMBEDDING_SIDE, LOGITS_SIDE, MASK_TOKENS } from '../../src/inference/model/architecture.ts';
import { EMBEDDING_PORT, IMAGE_CELLS, PROMPT_PORTS } from '../../src/inference/model/graph/decoder-ports.ts';
import type { OnnxModel } from '../../src/inference/model/onnx/model.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import type { FloatTensor, StoredTensors } from '../../src/inference/model/stored-tensor.ts';
import { MODEL_SQUARE, toModelInput } from '../../src/inference/preprocess.ts';
import { toPromptTokens } from '../../src/inference/prompt/prompt-tokens.ts';
import { ModelSession } from '../../src/inference/session.ts';
import { MODEL_SIDE_PX, type Prompt } from '../../src/shared/engine-contract.ts';
import type { OpenedImage } from '../quality/eval-set.ts';
import { openNetwork } from '../quality/open-network.ts';
import { seededRandom } from './random.ts';

/** Of each image, for each linear layer and for each attention. */
const ROWS_PER_IMAGE = 32;
const WINDOWS_PER_IMAGE = 2;
/** Clicks that stand for the task, as shares of the image's sides. */
const CLICKS = [
  [0.5, 0.5],
  [0.25, 0.3],
  [0.75, 0.3],
  [0.25, 0.7],
  [0.75, 0.7],
] as const;

export interface FloatNetwork {
  readonly tensors: StoredTensors;
  readonly encoder: OnnxModel;
  readonly sites: readonly ProductSite[];
}

/**
 * What each site of the float encoder multiplies on these images, and how much the masks and IoUs of a few clicks depend
 * on what comes out. Takes 2 GB.
 * @returns samples by the site's name
 */
export async function calibrate(
  network: FloatNetwork,
  images: readonly OpenedImage[],
  onStep: (step: string) => void,
): Promise<Map<string, SiteSamples>> {
  const random = seededRandom(1);
  const gradients = await taskGradients(network, images, random, onStep);
  const capture = await ModelSession.create(
    'capture',
    writeModel(captureSamples(network.encoder, network.sites)),
  );
  const places = (count: number) => ({ data: Float32Array.from({ length: count }, random), dims: [count] });
  const perImage: Record<string, FloatTensor>[] = [];
  for (const [i, { pixels }] of images.entries()) {
    onStep(`calibration, layers: image ${i + 1} of ${images.length}`);
    const { outputs } = await capture.run({
      image: { data: toModelInput(pixels, MODEL_SQUARE).values, dims: [1, 3, MODEL_SIDE_PX, MODEL_SIDE_PX] },
      [CAPTURE_PORTS.embeddingGradient]: { data: gradients[i]!, dims: EMBEDDING_PORT.shape },
      [CAPTURE_PORTS.rows]: places(ROWS_PER_IMAGE),
      [CAPTURE_PORTS.windows]: places(WINDOWS_PER_IMAGE),
    });
    const tensors = Object.entries(outputs).map(([name, { dims, data }]) => [
      name,
      { shape: dims, values: data },
    ]);
    perImage.push(Object.fromEntries(tensors) as Record<string, FloatTensor>);
  }
  await capture.release();
  return new Map(
    network.sites.map((site) => [site.name, collectSamples(network.encoder.graph, site, perImage)]),
  );
}

/** For each image, the gradient of one draw of the task's loss with respect to the embedding [1, 256, 64, 64]. */
async function taskGradients(
  { tensors }: FloatNetwork,
  images: readonly OpenedImage[],
  random: () => number,
  onStep: (step: string) => void,
): Promise<Float32Array[]> {
  const decoder = await openNetwork('fp32');
  const task = await ModelSession.create('task', writeModel(buildTaskGradient(tensors)));
  const gradients: Float32Array[] = [];
  for (const [i, { pixels, geometry }] of images.entries()) {
    onStep(`calibration, masks: image ${i + 1} of ${images.length}`);
    const { width, height } = geometry.imageSizePx;
    const embedding = await decoder.embed(pixels, MODEL_SQUARE);
    const total = new Float32Array(embedding.length);
    for (const [x, y] of CLICKS) {
      const point = { x: x * width, y: y * height, label: 1 } as const;
      const prompt: Prompt = { points: [point], box: null, previousLogits: null };
      const seeds = drawSeeds(await decoder.decode(embedding, geometry, prompt), random);
      const { coords, labels } = toPromptTokens(prompt, geometry);
      const { outputs } = await task.run({
        [EMBEDDING_PORT.name]: { data: embedding, dims: EMBEDDING_PORT.shape },
        [PROMPT_PORTS.coords.name]: { data: coords, dims: [1, labels.length, 2] },
        [PROMPT_PORTS.labels.name]: { data: labels, dims: [1, labels.length] },
        [PROMPT_PORTS.wantsMasks.name]: { data: Float32Array.of(1), dims: [1] },
        // The padding too: its seeds are next to nothing.
        [PROMPT_PORTS.maskCells.name]: {
          data: new Float32Array(IMAGE_CELLS),
          dims: [EMBEDDING_SIDE, EMBEDDING_SIDE],
        },
        [TASK_GRADIENT_PORTS.logitsSeed]: {
          data: seeds.logits,
          dims: [1, MASK_TOKENS, LOGITS_SIDE ** 2],
        },
        [TASK_GRADIENT_PORTS.iouSeed]: { data: seeds.predictedIous, dims: [1, MASK_TOKENS] },
      });
      outputs[TASK_GRADIENT_PORTS.gradient]!.data.forEach((value, at) => (total[at]! += value));
    }
    gradients.push(total);
  }
  await Promise.all([decoder.close(), task.release()]);
  return gradients;
}
