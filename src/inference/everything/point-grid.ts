import type { Point, Size } from '../../shared/affine.ts';

/**
 * The centres of `side` x `side` equal parts of the image, row by row (segment-anything utils/amg.py,
 * build_point_grid).
 * @returns points in image pixels
 */
export function pointGrid(side: number, imageSizePx: Size): Point[] {
  return Array.from({ length: side * side }, (_, i) => ({
    x: (((i % side) + 0.5) / side) * imageSizePx.width,
    y: ((Math.floor(i / side) + 0.5) / side) * imageSizePx.height,
  }));
}

/**
 * Points around a coarse grid as TinySAM's published code places them (hierarchical_mask_generator.py,
 * hierarchical_generate): for each coarse point its eight neighbours on a lattice of `denseSide` points a side, and
 * towards the right and the bottom seven more at two steps, as far as they lie in the image. That is not the dense grid:
 * the coarse points sit on the lattice themselves, and steps are whole pixels, rounded down.
 * @param coarsePoints in image pixels
 * @returns points in image pixels, in the order of the code
 */
export function referenceNeighbours(
  coarsePoints: readonly Point[],
  denseSide: number,
  { width, height }: Size,
): Point[] {
  const stepX = Math.floor(width / denseSide);
  const stepY = Math.floor(height / denseSide);
  const around = [-1, 0, 1];
  return coarsePoints.flatMap(({ x, y }) => {
    const fitsRight = x + 2 * stepX < width;
    const fitsBelow = y + 2 * stepY < height;
    const offsets = [
      ...around.flatMap((dx) => around.filter((dy) => dx !== 0 || dy !== 0).map((dy) => [dx, dy])),
      ...(fitsRight ? around.map((dy) => [2, dy]) : []),
      ...(fitsBelow ? around.map((dx) => [dx, 2]) : []),
      ...(fitsRight && fitsBelow ? [[2, 2]] : []),
    ] as [number, number][];
    return offsets.map(([dx, dy]) => ({ x: x + dx * stepX, y: y + dy * stepY }));
  });
}
