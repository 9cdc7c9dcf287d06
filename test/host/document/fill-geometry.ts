import {
  applyAffine,
  invert,
  multiply,
  scaling,
  translation,
  type Affine,
} from '../../../src/shared/affine.ts';
import type { FigmaDocument } from './figma-document.ts';
import type { NodeRecord } from './node-record.ts';
import { formatPathData, mapPath, parsePathData, type PathCommand } from './path-data.ts';

/** How far a cubic's handles reach for a quarter of a circle of radius 1. */
const QUARTER = 0.5522847498;
const STAR_POINTS = 5;
const STAR_INNER = 0.382;

/**
 * The outline that a node's fills are cut to, in its own space. Stars have five points, polygons three corners. Of a
 * boolean operation all parts are given, as of a union whose parts do not touch.
 */
export function fillGeometry(document: FigmaDocument, node: NodeRecord): VectorPath[] {
  const { width, height } = node;
  switch (node.type) {
    case 'TEXT':
    case 'TEXT_PATH':
    case 'GROUP':
    case 'PAGE':
      return [];
    case 'VECTOR':
      return node.vectorPaths.filter(({ windingRule }) => windingRule !== 'NONE');
    case 'BOOLEAN_OPERATION':
      return node.childIds.flatMap((id) => {
        const child = document.require(id);
        const toNode = multiply(invert(node.relativeTransform), child.relativeTransform);
        return fillGeometry(document, child).map((path) => mapped(path, toNode));
      });
    case 'ELLIPSE':
      return [mapped(path(circle()), multiply(scaling(width / 2, height / 2), translation(1, 1)))];
    case 'STAR':
      return [mapped(path(star()), scaling(width, height))];
    case 'POLYGON':
      return [path(`M ${width / 2} 0 L ${width} ${height} L 0 ${height} Z`)];
    default:
      return [path(roundedRectangle(node))];
  }
}

function path(data: string): VectorPath {
  return { windingRule: 'NONZERO', data };
}

function mapped({ windingRule, data }: VectorPath, map: Affine): VectorPath {
  return { windingRule, data: formatPathData(mapPath(map, parsePathData(data))) };
}

/** Around (0, 0), of radius 1. */
function circle(): string {
  const k = QUARTER;
  return `M 1 0 C 1 ${k} ${k} 1 0 1 C ${-k} 1 -1 ${k} -1 0 C -1 ${-k} ${-k} -1 0 -1 C ${k} -1 1 ${-k} 1 0 Z`;
}

/** In the unit box. */
function star(): string {
  const corners = Array.from({ length: 2 * STAR_POINTS }, (_, i) => {
    const radius = (i % 2 === 0 ? 1 : STAR_INNER) / 2;
    const angle = (Math.PI * i) / STAR_POINTS;
    return { x: 0.5 + radius * Math.sin(angle), y: 0.5 - radius * Math.cos(angle) };
  });
  const [first, ...others] = corners.map(({ x, y }) => `${x.toFixed(6)} ${y.toFixed(6)}`);
  return [`M ${first}`, ...others.map((corner) => `L ${corner}`), 'Z'].join(' ');
}

function roundedRectangle({ width, height, cornerRadii }: NodeRecord): string {
  const limit = Math.min(width, height) / 2;
  const [tl, tr, br, bl] = cornerRadii.map((radius) => Math.min(radius, limit)) as NodeRecord['cornerRadii'];
  const commands: PathCommand[] = [{ letter: 'M', points: [{ x: tl, y: 0 }] }];
  /** Along a side to where the corner begins, and around it. */
  const turn = (radius: number, corner: Affine) => {
    const at = (x: number, y: number) => applyAffine(corner, { x, y });
    commands.push({ letter: 'L', points: [at(-radius, 0)] });
    if (radius === 0) return;
    const handle = radius * (1 - QUARTER);
    commands.push({ letter: 'C', points: [at(-handle, 0), at(0, handle), at(0, radius)] });
  };
  turn(tr, [
    [1, 0, width],
    [0, 1, 0],
  ]);
  turn(br, [
    [0, -1, width],
    [1, 0, height],
  ]);
  turn(bl, [
    [-1, 0, 0],
    [0, -1, height],
  ]);
  turn(tl, [
    [0, 1, 0],
    [-1, 0, 0],
  ]);
  commands.push({ letter: 'Z', points: [] });
  return formatPathData(commands);
}
