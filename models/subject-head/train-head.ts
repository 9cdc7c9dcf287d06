import type { EncodedScene } from './scene-file.ts';
import { GRID_CELLS, GRID_CHANNELS, GRID_SIDE } from './grid.ts';
import { addGradients, forEachCell, runHead, type GridSize } from './head.ts';
import { newParameters, PARAMETERS, type ParameterName, type Parameters } from './head-shape.ts';
import type { Random } from './random.ts';

export interface TrainingOptions {
  epochs: number;
  rate: number;
  /** Of the weights, per step and rate (AdamW). */
  decay: number;
  batch: number;
}

export const DEFAULT_TRAINING: TrainingOptions = { epochs: 14, rate: 2e-3, decay: 0.02, batch: 4 };

/** Of Adam (Kingma and Ba, 2014). */
const [MOMENT, SQUARE, TINY] = [0.9, 0.999, 1e-8];

/**
 * Fits the head to scenes: cross entropy per cell and the Dice loss per scene, by Adam with a cosine schedule.
 * @param onEpoch told the mean loss of an epoch
 */
export function trainHead(
  scenes: readonly EncodedScene[],
  random: Random,
  { epochs, rate, decay, batch }: TrainingOptions,
  onEpoch: (epoch: number, loss: number, weights: Parameters) => void,
): Parameters {
  const weights = startingWeights(scenes, random);
  const [means, squares] = [newParameters(), newParameters()];
  const stepCount = epochs * Math.ceil(scenes.length / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(scenes, random);
    let lossSum = 0;
    for (let first = 0; first < order.length; first += batch) {
      const gradients = newParameters();
      const part = order.slice(first, first + batch);
      for (const scene of part) lossSum += addSceneGradients(weights, scene, gradients, 1 / part.length);
      step++;
      const warm = Math.min(1, step / 30);
      const now = rate * warm * 0.5 * (1 + Math.cos((Math.PI * step) / stepCount));
      for (const [name] of PARAMETERS) adam(name, now);
      function adam(name: ParameterName, pace: number): void {
        const [own, slope, mean, square] = [weights[name], gradients[name], means[name], squares[name]];
        const shrink = name.endsWith('Bias') ? 0 : decay;
        for (let i = 0; i < own.length; i++) {
          mean[i] = MOMENT * mean[i]! + (1 - MOMENT) * slope[i]!;
          square[i] = SQUARE * square[i]! + (1 - SQUARE) * slope[i]! ** 2;
          const [m, s] = [mean[i]! / (1 - MOMENT ** step), square[i]! / (1 - SQUARE ** step)];
          own[i] = own[i]! - pace * (m / (Math.sqrt(s) + TINY) + shrink * own[i]!);
        }
      }
    }
    onEpoch(epoch, lossSum / scenes.length, weights);
  }
  return weights;
}

/** The part of the grid that is image. */
export function gridSizeOf({ subject }: Pick<EncodedScene, 'subject'>): GridSize {
  let [width, height] = [0, 0];
  for (let i = 0; i < GRID_SIDE; i++) {
    if (subject[i]! >= 0) width = i + 1;
    if (subject[i * GRID_SIDE]! >= 0) height = i + 1;
  }
  return { width, height };
}

function addSceneGradients(
  weights: Parameters,
  scene: EncodedScene,
  gradients: Parameters,
  share: number,
): number {
  const size = gridSizeOf(scene);
  const trace = runHead(weights, scene.embedding, size);
  const count = size.width * size.height;
  const slopes = new Float32Array(GRID_CELLS);
  let [entropy, common, total] = [0, 0, 0];
  forEachCell(size, (cell) => {
    const [logit, truth] = [trace.logits[cell]!, scene.subject[cell]!];
    const p = 1 / (1 + Math.exp(-logit));
    entropy += Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(logit, 0) - truth * logit;
    common += p * truth;
    total += p + truth;
  });
  forEachCell(size, (cell) => {
    const [logit, truth] = [trace.logits[cell]!, scene.subject[cell]!];
    const p = 1 / (1 + Math.exp(-logit));
    const dice = (-2 * truth * (total + 1) + 2 * common) / (total + 1) ** 2;
    slopes[cell] = share * ((p - truth) / count + dice * p * (1 - p));
  });
  addGradients(weights, trace, slopes, gradients);
  return entropy / count + 1 - (2 * common) / (total + 1);
}

/** He's, on channels of deviation 1: the projection takes up their scale. */
function startingWeights(scenes: readonly EncodedScene[], random: Random): Parameters {
  const weights = newParameters();
  for (const [name, rows, columns] of PARAMETERS) {
    if (name.endsWith('Bias')) continue;
    const deviation = Math.sqrt(2 / columns);
    for (let i = 0; i < rows * columns; i++) weights[name][i] = deviation * random.normal();
  }
  const { means, deviations } = channelStatistics(scenes);
  for (let i = 0; i < weights.project.length; i++) {
    const channel = i % GRID_CHANNELS;
    weights.project[i]! /= deviations[channel]!;
    weights.projectBias[Math.floor(i / GRID_CHANNELS)]! -= weights.project[i]! * means[channel]!;
  }
  return weights;
}

function channelStatistics(scenes: readonly EncodedScene[]): {
  means: Float64Array;
  deviations: Float64Array;
} {
  const [sums, squares] = [new Float64Array(GRID_CHANNELS), new Float64Array(GRID_CHANNELS)];
  let count = 0;
  for (const scene of scenes) {
    forEachCell(gridSizeOf(scene), (cell) => {
      count++;
      for (let c = 0; c < GRID_CHANNELS; c++) {
        const value = scene.embedding[cell * GRID_CHANNELS + c]!;
        sums[c]! += value;
        squares[c]! += value * value;
      }
    });
  }
  const means = sums.map((sum) => sum / count);
  return { means, deviations: squares.map((square, c) => Math.sqrt(square / count - means[c]! ** 2)) };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const k = random.index(i + 1);
    [order[i], order[k]] = [order[k]!, order[i]!];
  }
  return order;
}
