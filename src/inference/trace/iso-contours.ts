import type { Point } from '../../shared/affine.ts';
import { saddleLogit } from '../mask/saddle.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import type { ContourGrid } from './contour-grid.ts';

/**
 * Marching squares at 0 with linear interpolation: closed polylines around the nodes that are inside, in image
 * space, the first point not repeated. Outer outlines run counter-clockwise on the screen (y down), holes clockwise.
 * Where only opposite corners of a cell are inside, the bilinear surface decides whether they join (mask/saddle.ts).
 */
export function isoContours(grid: ContourGrid, clip: ConvexClip | null): Point[][] {
  const crossings = findCrossings(grid, clip);
  const contours: Point[][] = [];
  for (const start of crossings.keys()) {
    const points: Point[] = [];
    let crossing: Crossing | undefined;
    for (let edge = start; (crossing = crossings.get(edge)); edge = crossing.nextEdge) {
      crossings.delete(edge);
      const { point } = crossing;
      const last = points[points.length - 1];
      if (!last || last.x !== point.x || last.y !== point.y) points.push(point);
    }
    const first = points[0]!;
    const last = points[points.length - 1]!;
    if (points.length > 1 && first.x === last.x && first.y === last.y) points.pop();
    if (points.length >= 3) contours.push(points);
  }
  return contours;
}

/** Where the outline crosses an edge of the grid, and the edge to which it goes from there. */
interface Crossing {
  point: Point;
  nextEdge: number;
}

/** @returns per edge that is crossed; edge 2n joins node n with the node to its right, edge 2n + 1 with the node below */
function findCrossings(grid: ContourGrid, clip: ConvexClip | null): Map<number, Crossing> {
  const { imageXs, imageYs } = grid;
  const lastX = imageXs.length - 1;
  const lastY = imageYs.length - 1;
  const crossings = new Map<number, Crossing>();
  let above = new Float32Array(imageXs.length);
  let below = new Float32Array(imageXs.length);
  grid.readRow(0, below);
  for (let y = 0; y < lastY; y++) {
    [above, below] = [below, above];
    grid.readRow(y + 1, below);
    let left = 0;
    for (let x = 0; x < lastX; x++) {
      const right = (above[x + 1]! > 0 ? 1 : 0) + (below[x + 1]! > 0 ? 1 : 0);
      const insideCount = left + right;
      left = right;
      if (insideCount === 0 || insideCount === 4) continue;
      // Clockwise from the top left.
      const corners = [
        { x: imageXs[x]!, y: imageYs[y]!, value: above[x]! },
        { x: imageXs[x + 1]!, y: imageYs[y]!, value: above[x + 1]! },
        { x: imageXs[x + 1]!, y: imageYs[y + 1]!, value: below[x + 1]! },
        { x: imageXs[x]!, y: imageYs[y + 1]!, value: below[x]! },
      ];
      crossCell(crossings, corners, y * imageXs.length + x, imageXs.length, clip);
    }
  }
  return crossings;
}

interface GridNode extends Point {
  value: number;
}

/** @param node index of the first corner */
function crossCell(
  crossings: Map<number, Crossing>,
  corners: readonly GridNode[],
  node: number,
  gridWidth: number,
  clip: ConvexClip | null,
): void {
  // Edge k leads from corner k to corner k + 1.
  const edges = [2 * node, 2 * (node + 1) + 1, 2 * (node + gridWidth), 2 * node + 1];
  const step = joinsAcross(corners) ? 3 : 1;
  for (let k = 0; k < 4; k++) {
    const [from, to] = [corners[k]!, corners[(k + 1) % 4]!];
    if (from.value > 0 || !(to.value > 0)) continue;
    let exit = k;
    do exit = (exit + step) % 4;
    while (!(corners[exit]!.value > 0 && !(corners[(exit + 1) % 4]!.value > 0)));
    crossings.set(edges[k]!, { point: crossingBetween(to, from, clip), nextEdge: edges[exit]! });
  }
}

/** Whether only two opposite corners are inside, and are connected through the middle of the cell. */
function joinsAcross(corners: readonly GridNode[]): boolean {
  const [a, b, c, d] = corners.map(({ value }) => value) as [number, number, number, number];
  const isSaddle = a > 0 !== b > 0 && b > 0 !== c > 0 && c > 0 !== d > 0;
  if (!isSaddle) return false;
  // A corner that the clip cuts off, not the mask: the clip is convex, so it does not part the other two.
  if (Math.min(a, b, c, d) === -Infinity) return true;
  return saddleLogit(a, b, c, d) > 0;
}

/** Where the outline crosses an edge of the grid: at the mask's edge or at the clip, whichever comes first. */
function crossingBetween(inner: GridNode, outer: GridNode, clip: ConvexClip | null): Point {
  let fraction = outer.value === -Infinity ? 1 : inner.value / (inner.value - outer.value);
  for (const { normalX, normalY, offset } of clip?.halfPlanes ?? []) {
    const distanceInner = normalX * inner.x + normalY * inner.y + offset;
    const distanceOuter = normalX * outer.x + normalY * outer.y + offset;
    if (distanceOuter <= 0) fraction = Math.min(fraction, distanceInner / (distanceInner - distanceOuter));
  }
  return { x: inner.x + (outer.x - inner.x) * fraction, y: inner.y + (outer.y - inner.y) * fraction };
}
