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
  const nextEdge = linkEdges(grid);
  const contours: Point[][] = [];
  for (let start = 0; start < nextEdge.length; start++) {
    if (nextEdge[start] === NONE) continue;
    const points: Point[] = [];
    for (let edge = start; nextEdge[edge] !== NONE;) {
      const point = crossing(grid, clip, edge);
      const last = points[points.length - 1];
      if (!last || last.x !== point.x || last.y !== point.y) points.push(point);
      const next = nextEdge[edge]!;
      nextEdge[edge] = NONE;
      edge = next;
    }
    const first = points[0]!;
    const last = points[points.length - 1]!;
    if (points.length > 1 && first.x === last.x && first.y === last.y) points.pop();
    if (points.length >= 3) contours.push(points);
  }
  return contours;
}

const NONE = -1;

/**
 * Edge 2n joins node n with the node to its right, edge 2n + 1 with the node below.
 * @returns per edge the edge to which the outline goes from there, or NONE
 */
function linkEdges({ imageXs, imageYs, inside, values }: ContourGrid): Int32Array {
  const width = imageXs.length;
  const nextEdge = new Int32Array(2 * inside.length).fill(NONE);
  for (let y = 0; y + 1 < imageYs.length; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const node = y * width + x;
      const insideCount =
        inside[node]! + inside[node + 1]! + inside[node + width + 1]! + inside[node + width]!;
      if (insideCount === 0 || insideCount === 4) continue;
      // Corners and edges clockwise from the top left: edge k leads from corner k to corner k + 1.
      const corners = [node, node + 1, node + width + 1, node + width];
      const edges = [2 * node, 2 * (node + 1) + 1, 2 * (node + width), 2 * node + 1];
      const isSaddle = insideCount === 2 && inside[corners[0]!] === inside[corners[2]!];
      const step = isSaddle && joinsAcross(corners, inside, values) ? 3 : 1;
      for (let k = 0; k < 4; k++) {
        const enters = !inside[corners[k]!] && inside[corners[(k + 1) % 4]!];
        if (!enters) continue;
        let exit = k;
        do exit = (exit + step) % 4;
        while (!(inside[corners[exit]!] && !inside[corners[(exit + 1) % 4]!]));
        nextEdge[edges[k]!] = edges[exit]!;
      }
    }
  }
  return nextEdge;
}

/** Whether the two opposite corners that are inside are connected through the middle of the cell. */
function joinsAcross(corners: readonly number[], inside: Uint8Array, values: Float32Array): boolean {
  const [a, b, c, d] = corners.map((node) => values[node]!) as [number, number, number, number];
  const outside = inside[corners[0]!] ? [b, d] : [a, c];
  // A corner that the clip cuts off, not the mask: the clip is convex, so it does not part the other two.
  if (outside.some((value) => value > 0)) return true;
  return saddleLogit(a, b, c, d) > 0;
}

/** Where the outline crosses an edge of the grid: at the mask's edge or at the clip, whichever comes first. */
function crossing(
  { imageXs, imageYs, inside, values }: ContourGrid,
  clip: ConvexClip | null,
  edge: number,
): Point {
  const width = imageXs.length;
  const node = edge >> 1;
  const other = edge % 2 === 0 ? node + 1 : node + width;
  const [from, to] = inside[node] ? [node, other] : [other, node];
  const position = (n: number): Point => ({ x: imageXs[n % width]!, y: imageYs[Math.floor(n / width)]! });
  const a = position(from);
  const b = position(to);
  let fraction = 1;
  if (!(values[to]! > 0)) fraction = values[from]! / (values[from]! - values[to]!);
  for (const { normalX, normalY, offset } of clip?.halfPlanes ?? []) {
    const distanceA = normalX * a.x + normalY * a.y + offset;
    const distanceB = normalX * b.x + normalY * b.y + offset;
    if (distanceB <= 0) fraction = Math.min(fraction, distanceA / (distanceA - distanceB));
  }
  return { x: a.x + (b.x - a.x) * fraction, y: a.y + (b.y - a.y) * fraction };
}
