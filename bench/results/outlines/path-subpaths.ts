import type { Point } from '../../../src/shared/affine.ts';

/** A closed subpath: where it starts, and per segment its end (line) or control points and end (quadratic, cubic). */
export interface Subpath {
  start: Point;
  segments: Point[][];
}

const POINT_COUNTS: Readonly<Record<string, number>> = { M: 1, L: 1, Q: 2, C: 3, H: 1, V: 1 };

/**
 * Reads path data of any tracer: absolute or relative M L H V Q C Z.
 * @param offset is added to all points
 */
export function parseSubpaths(data: string, offset: Point = { x: 0, y: 0 }): Subpath[] {
  const tokens = data.match(/[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/g) ?? [];
  const subpaths: Subpath[] = [];
  let at: Point = { x: 0, y: 0 };
  let command = '';
  for (let i = 0; i < tokens.length;) {
    if (/[a-zA-Z]/.test(tokens[i]!)) command = tokens[i++]!;
    const kind = command.toUpperCase();
    const last = subpaths.at(-1);
    if (kind === 'Z') {
      at = last?.start ?? at;
      continue;
    }
    const isRelative = command !== kind;
    const coordinate = (axis: 'x' | 'y'): number => Number(tokens[i++]) + (isRelative ? at[axis] : 0);
    const points: Point[] = [];
    for (let n = 0; n < POINT_COUNTS[kind]!; n++) {
      const x = kind === 'V' ? at.x : coordinate('x');
      const y = kind === 'H' ? at.y : coordinate('y');
      points.push({ x, y });
    }
    at = points.at(-1)!;
    if (kind === 'M') {
      subpaths.push({ start: at, segments: [] });
      command = isRelative ? 'l' : 'L';
    } else {
      last!.segments.push(points);
    }
  }
  const moved = ({ x, y }: Point): Point => ({ x: x + offset.x, y: y + offset.y });
  return subpaths.map(({ start, segments }) => ({
    start: moved(start),
    segments: segments.map((segment) => segment.map(moved)),
  }));
}

/** On-curve points: as many as segments, with the one that closes a subpath whose last segment does not. */
export function nodeCount(subpaths: readonly Subpath[]): number {
  return subpaths.reduce((sum, { start, segments }) => {
    const end = segments.at(-1)?.at(-1) ?? start;
    const isClosed = Math.hypot(end.x - start.x, end.y - start.y) < 1e-3;
    return sum + segments.length + (isClosed ? 0 : 1);
  }, 0);
}

/** Points along the subpaths, at most `stepPx` apart along each segment's control polygon. */
export function* pointsAlong(subpaths: readonly Subpath[], stepPx: number): Generator<Point> {
  for (const { start, segments } of subpaths) {
    let from = start;
    for (const segment of [...segments, [start]]) {
      const controls = [from, ...segment];
      const lengthPx = controls.slice(1).reduce((sum, p, i) => {
        return sum + Math.hypot(p.x - controls[i]!.x, p.y - controls[i]!.y);
      }, 0);
      const count = Math.max(Math.ceil(lengthPx / stepPx), 1);
      for (let i = 0; i < count; i++) yield pointOnBezier(controls, i / count);
      from = controls.at(-1)!;
    }
  }
}

/** De Casteljau's construction, for any degree. */
function pointOnBezier(controls: readonly Point[], t: number): Point {
  let points = controls;
  while (points.length > 1) {
    points = points.slice(1).map((b, i) => {
      const a = points[i]!;
      return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
    });
  }
  return points[0]!;
}

export function subpathsData(subpaths: readonly Subpath[]): string {
  const pair = ({ x, y }: Point) => `${x.toFixed(3)} ${y.toFixed(3)}`;
  return subpaths
    .map(({ start, segments }) =>
      [
        `M ${pair(start)}`,
        ...segments.map((points) => `${' LQC'[points.length]} ${points.map(pair).join(' ')}`),
        'Z',
      ].join(' '),
    )
    .join(' ');
}
