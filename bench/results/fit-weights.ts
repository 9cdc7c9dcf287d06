/** Candidates of one click: their features, and how good each is. */
export interface RatedClick {
  /** [candidates, features] */
  features: readonly (readonly number[])[];
  /** [candidates] */
  ious: readonly number[];
}

/** On the squares of the weights of standardised features. */
const PENALTY = 2e-3;
const STEP = 10;
const STEP_COUNT = 600;

/**
 * Weights of a linear score whose best candidate has the largest IoU: gradient ascent, from 0, on the IoU that is
 * expected when candidates are drawn by the softmax of their scores.
 * @returns a weight per feature
 */
export function fitWeights(clicks: readonly RatedClick[]): number[] {
  const deviations = standardDeviations(clicks.flatMap(({ features }) => features));
  const scaled = clicks.map(({ features, ious }) => ({
    features: features.map((values) => values.map((value, i) => value / deviations[i]!)),
    ious,
  }));
  const weights = deviations.map(() => 0);
  for (let step = 0; step < STEP_COUNT; step++) {
    const gradient = weights.map((weight) => -2 * PENALTY * weight);
    for (const click of scaled) addGradient(gradient, click, weights, 1 / scaled.length);
    gradient.forEach((slope, i) => (weights[i]! += STEP * slope));
  }
  return weights.map((weight, i) => weight / deviations[i]!);
}

/** @returns index of the best candidate; of equals the first */
export function bestByWeights(
  { features }: Pick<RatedClick, 'features'>,
  weights: readonly number[],
): number {
  const scores = features.map((values) => dot(values, weights));
  return scores.indexOf(Math.max(...scores));
}

function addGradient(
  gradient: number[],
  { features, ious }: RatedClick,
  weights: readonly number[],
  share: number,
): void {
  const scores = features.map((values) => dot(values, weights));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const chances = powers.map((power) => power / total);
  const expectedIou = dot(chances, ious);
  features.forEach((values, candidate) => {
    const pull = share * chances[candidate]! * (ious[candidate]! - expectedIou);
    values.forEach((value, i) => (gradient[i]! += pull * value));
  });
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function standardDeviations(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, i) => {
    const mean = rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / rows.length;
    return Math.sqrt(variance) || 1;
  });
}
