/** The head works on a grid half as fine as the embedding's: a cell is 32 model pixels. */
export const HEAD_SIDE = 32;
/** Channels that the embedding is projected to. */
export const FEATURES = 24;
/** Half sides of the squares over which a cell sees means of them, in cells; 0 is the cell itself. */
export const RADII = [0, 1, 3, 7] as const;
export const LOCAL_FEATURES = RADII.length * FEATURES;
export const HIDDEN = 32;
/** Values that say where in the image a cell lies. */
export const PLACES = 5;

/** Matrices of the head: rows, columns. They lie in this order in what `models/subject-head` writes. */
export const HEAD_PARAMETERS = {
  project: [FEATURES, 256],
  projectBias: [FEATURES, 1],
  local: [HIDDEN, LOCAL_FEATURES],
  place: [HIDDEN, PLACES],
  whole: [HIDDEN, FEATURES],
  ring: [HIDDEN, FEATURES],
  hiddenBias: [HIDDEN, 1],
  second: [HIDDEN, HIDDEN],
  secondBias: [HIDDEN, 1],
  out: [1, HIDDEN],
  outBias: [1, 1],
} as const satisfies Record<string, readonly [number, number]>;

/** Row-major. */
export type HeadWeights = Readonly<Record<keyof typeof HEAD_PARAMETERS, Float32Array>>;
