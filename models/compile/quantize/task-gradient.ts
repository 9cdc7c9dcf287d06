import { buildDecoder } from '../../../src/inference/model/graph/decoder.ts';
import { EMBEDDING_PORT, MASK_PORTS } from '../../../src/inference/model/graph/decoder-ports.ts';
import { buildPrepareImage } from '../../../src/inference/model/graph/prepare-image.ts';
import { GraphBuilder } from '../../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxModel } from '../../../src/inference/model/onnx/model.ts';
import type { StoredTensors } from '../../../src/inference/model/stored-tensor.ts';
import { chained, extended, withGraph, withThenBranches } from '../onnx/combine-models.ts';
import { appendGradients } from './gradient/append-gradients.ts';

export const TASK_GRADIENT_PORTS = {
  logitsSeed: 'logits_seed',
  iouSeed: 'iou_seed',
  gradient: 'embedding_gradient',
} as const;

/**
 * From the embedding to the masks and their IoUs and back: a graph that takes what the decoder takes, with the embedding
 * for the prepared image, and the gradient of a loss with respect to its outputs; it puts out the gradient with respect to the
 * embedding [1, 256, 64, 64].
 */
export function buildTaskGradient(tensors: StoredTensors): OnnxModel {
  const decoder = withThenBranches(buildDecoder(tensors, { exactGelu: true }));
  const task = chained(buildPrepareImage(tensors), decoder);
  const graph = new GraphBuilder('task', new Map());
  const { logits, iou } = MASK_PORTS;
  const seeds = new Map([
    [logits.name, graph.input(TASK_GRADIENT_PORTS.logitsSeed, logits.shape)],
    [iou.name, graph.input(TASK_GRADIENT_PORTS.iouSeed, iou.shape)],
  ]);
  const gradients = appendGradients(graph, task.graph, seeds, [EMBEDDING_PORT.name]);
  graph.output(TASK_GRADIENT_PORTS.gradient, EMBEDDING_PORT.shape, gradients.get(EMBEDDING_PORT.name)!);
  return extended(withGraph(task, { outputs: [] }), graph.buildGraph());
}

/**
 * The task's loss is KL(masks || quantised masks) + KL(IoUs || quantised IoUs), each a mean of Bernoulli divergences. It is
 * 0 at the float network, and so is its gradient; what it grows by is its Hessian there, the Fisher information. That
 * of one layer's output is the mean of the squared gradient of -log p(labels) over labels drawn from the float network's own
 * predictions (arXiv 1412.1193, section 2): one draw gives an unbiased estimate of its diagonal.
 * @param answer logits of each mask, and predicted IoUs
 * @param random uniform in 0..1
 * @returns the gradient of that log-likelihood, divided by the root of the number of predictions as the means ask for
 */
export function drawSeeds(
  { logits, predictedIous }: { logits: readonly Float32Array[]; predictedIous: Float32Array },
  random: () => number,
): { logits: Float32Array; predictedIous: Float32Array } {
  const draw = (probability: number) => (random() < probability ? 1 : 0);
  const pixelWeight = logits.reduce((sum, { length }) => sum + length, 0) ** -0.5;
  const iouWeight = predictedIous.length ** -0.5;
  return {
    logits: Float32Array.from(
      logits.flatMap((ofMask) => [...ofMask]),
      (logit) => {
        const probability = 1 / (1 + Math.exp(-logit));
        return (probability - draw(probability)) * pixelWeight;
      },
    ),
    predictedIous: predictedIous.map((iou) => {
      const probability = Math.min(Math.max(iou, MIN_IOU), 1 - MIN_IOU);
      return ((probability - draw(probability)) / (probability * (1 - probability))) * iouWeight;
    }),
  };
}

/** Predicted IoUs are no probabilities: they leave 0..1, where the divergence is infinite. */
const MIN_IOU = 0.05;
