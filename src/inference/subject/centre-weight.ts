/** A subject lies in the middle rather than at the border. */
const DEFAULT_SIGMA = 0.33;

/**
 * A bell over one side of the image, 1 in the middle.
 * @param sideCells how many cells the side has
 * @param sigma as a share of the side
 */
export function centreWeight(sideCells: number, sigma = DEFAULT_SIGMA): Float64Array {
  return Float64Array.from({ length: sideCells }, (_, cell) => {
    const offset = ((cell + 0.5) / sideCells - 0.5) / sigma;
    return Math.exp((-offset * offset) / 2);
  });
}
