/** Length of the difference, to that of what was expected; infinite where the sizes differ. */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let [squares, difference] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    squares += expected[i]! ** 2;
    difference += (actual[i]! - expected[i]!) ** 2;
  }
  return Math.sqrt(difference / squares);
}
