import { rectCorners, type Point } from '../../shared/affine.ts';
import type { FilledLayer } from './image-fills.ts';
import { isConvex } from './convex-polygon.ts';
import { flattenPath, parsePath } from './path-mapping.ts';

/** Shapes whose outline need not be a rectangle with round corners. Frames and their like always are one. */
const FREE_SHAPES: readonly string[] = ['ELLIPSE', 'POLYGON', 'STAR', 'VECTOR', 'BOOLEAN_OPERATION'];

/** In the layer's units: enough to tell whether a curve has dents. */
const COARSE_TOLERANCE = 0.25;

/**
 * The outline within which a layer shows its fills.
 * @param tolerance largest distance between a curve and the polygon that stands for it, in the layer's units
 * @returns a convex polygon in the layer's space, its four corners in order for a plain box; null when the outline is
 *   not convex, or in pieces, as letters are
 */
export function layerOutline(layer: FilledLayer, tolerance: number): Point[] | null {
  const box = rectCorners({ x: 0, y: 0, width: layer.width, height: layer.height });
  if (layer.type === 'TEXT' || layer.type === 'TEXT_PATH') return null;
  if (FREE_SHAPES.indexOf(layer.type) === -1 && !hasRoundCorners(layer)) return box;
  const paths = 'fillGeometry' in layer ? layer.fillGeometry : [];
  if (paths.length !== 1) return paths.length === 0 ? box : null;
  const outlines = readOutlines(paths[0] as VectorPath, tolerance);
  const [outline] = outlines;
  return outlines.length === 1 && outline && isConvex(outline) ? outline : null;
}

/** Whether a convex polygon can stand for the outline. */
export function isConvexLayer(layer: FilledLayer): boolean {
  return layerOutline(layer, COARSE_TOLERANCE) !== null;
}

/** None where the path has something in it that Figma's documentation does not name. */
function readOutlines({ data }: VectorPath, tolerance: number): Point[][] {
  try {
    return flattenPath(parsePath({ windingRule: 'NONZERO', data }), tolerance);
  } catch {
    return [];
  }
}

function hasRoundCorners(layer: FilledLayer): boolean {
  // Mixed radii are a symbol.
  return 'cornerRadius' in layer && layer.cornerRadius !== 0;
}
