/** The head works on a grid half as fine as the embedding's. */
export const GRID_SIDE = 32;
export const GRID_CELLS = GRID_SIDE ** 2;
export const GRID_CHANNELS = 256;
