/** @returns the mean, NaN of nothing */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @returns the middle value, the mean of the middle two for an even count, NaN of nothing */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : mean(sorted.slice(half - 1, half + 1));
}

export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Median, smallest and largest of values that go pair by pair: numerators[i] / denominators[i]. */
export function ratioSpread(numerators: readonly number[], denominators: readonly number[]): Spread {
  const ratios = numerators.map((numerator, i) => numerator / denominators[i]!);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** `count` of `items`, at even distances and in their order; all of them when there are no more. */
export function evenlySpaced<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}
