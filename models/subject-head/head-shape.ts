import { GRID_CHANNELS } from './grid.ts';

/** Channels that the embedding is projected to. */
export const FEATURES = 24;
/** Half sides of the squares over which a cell sees means of them, in cells; 0 is the cell itself. */
export const RADII = [0, 1, 3, 7] as const;
export const HIDDEN = 32;
/** |x|, y, x^2, y^2 from the middle, and the distance to the border. */
export const PLACES = 5;

/** Where each parameter lies, in this order: [name, rows, columns]. */
export const PARAMETERS = [
  ['project', FEATURES, GRID_CHANNELS],
  ['projectBias', FEATURES, 1],
  ['local', HIDDEN, RADII.length * FEATURES],
  ['place', HIDDEN, PLACES],
  ['whole', HIDDEN, FEATURES],
  ['ring', HIDDEN, FEATURES],
  ['hiddenBias', HIDDEN, 1],
  ['second', HIDDEN, HIDDEN],
  ['secondBias', HIDDEN, 1],
  ['out', 1, HIDDEN],
  ['outBias', 1, 1],
] as const;

export type ParameterName = (typeof PARAMETERS)[number][0];
export type Parameters = Record<ParameterName, Float32Array>;

export function newParameters(): Parameters {
  return Object.fromEntries(
    PARAMETERS.map(([name, rows, columns]) => [name, new Float32Array(rows * columns)]),
  ) as Parameters;
}
