import { applyAffine, type Affine, type Point, type Rect } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImagePath } from '../../shared/host-contract.ts';

/** A path command with its points; `Z` has none. */
interface Command {
  letter: string;
  points: Point[];
}

export interface ParsedPath {
  windingRule: ImagePath['windingRule'];
  commands: readonly Command[];
}

const POINT_COUNT: Readonly<Record<string, number>> = { M: 1, L: 1, C: 3, Z: 0 };

/**
 * Reads our own paths and those of Figma, which writes no space around letters.
 * @throws TinyCutError `bad-message` for anything but absolute `M L C Z` with finite numbers
 */
export function parsePath({ windingRule, data }: ImagePath): ParsedPath {
  const tokens = data
    .replace(/[MLCZ]/g, ' $& ')
    .trim()
    .split(/\s+/);
  const commands: Command[] = [];
  for (let at = 0; at < tokens.length;) {
    const letter = tokens[at++] as string;
    const pointCount = POINT_COUNT[letter];
    if (pointCount === undefined || (commands.length === 0 && letter !== 'M')) throw malformed(letter);
    const points: Point[] = [];
    for (let i = 0; i < pointCount; i++) {
      const point = { x: Number(tokens[at++]), y: Number(tokens[at++]) };
      if (!isFinite(point.x) || !isFinite(point.y)) throw malformed(letter);
      points.push(point);
    }
    commands.push({ letter, points });
  }
  return { windingRule, commands };
}

function malformed(letter: string): TinyCutError {
  return new TinyCutError('bad-message', `Malformed path data near "${letter}".`);
}

export function mapPath(path: ParsedPath, map: Affine): ParsedPath {
  return {
    windingRule: path.windingRule,
    commands: path.commands.map(({ letter, points }) => ({
      letter,
      points: points.map((point) => applyAffine(map, point)),
    })),
  };
}

/**
 * The polygons that stand for a path's outlines, each without its first point repeated at the end.
 * @param tolerance largest distance from the curves
 */
export function flattenPath({ commands }: Pick<ParsedPath, 'commands'>, tolerance: number): Point[][] {
  const polygons: Point[][] = [];
  let polygon: Point[] = [];
  for (const { letter, points } of commands) {
    if (letter === 'M') polygons.push((polygon = []));
    const [first, second] = points;
    const start = polygon[polygon.length - 1];
    const end = points[points.length - 1];
    if (!end) continue;
    if (start && first && second) {
      const bend = Math.max(secondDifference(start, first, second), secondDifference(first, second, end));
      const count = Math.ceil(Math.sqrt((0.75 * bend) / tolerance));
      for (let i = 1; i < count; i++) polygon.push(pointOnCubic(start, first, second, end, i / count));
    }
    polygon.push(end);
  }
  return polygons.map(withoutRepeats).filter(({ length }) => length > 0);
}

/** The largest of these bounds how far a cubic strays from its chords (Wang 1984). */
function secondDifference(a: Point, b: Point, c: Point): number {
  return Math.hypot(a.x - 2 * b.x + c.x, a.y - 2 * b.y + c.y);
}

function withoutRepeats(polygon: readonly Point[]): Point[] {
  return polygon.filter((point, i) => {
    const previous = polygon[(i + polygon.length - 1) % polygon.length] as Point;
    return polygon.length === 1 || Math.hypot(point.x - previous.x, point.y - previous.y) > 1e-6;
  });
}

/** Figma's grammar: single spaces, no exponents. */
export function formatPath({ windingRule, commands }: ParsedPath): VectorPath {
  const number = (value: number) => String(Number(value.toFixed(3)));
  const data = commands
    .map(({ letter, points }) => [letter, ...points.map(({ x, y }) => `${number(x)} ${number(y)}`)].join(' '))
    .join(' ');
  return { windingRule, data };
}

/** The tight box of the curves, not of their control points: Figma sizes a vector by the former. */
export function boundsOfPaths(paths: readonly ParsedPath[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const include = ({ x, y }: Point) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const { commands } of paths) {
    let start: Point = { x: 0, y: 0 };
    for (const { points } of commands) {
      const end = points[points.length - 1];
      if (!end) continue;
      include(end);
      const [first, second] = points;
      if (points.length === 3 && first && second) {
        for (const t of extremeParameters(start, first, second, end)) {
          include(pointOnCubic(start, first, second, end, t));
        }
      }
      start = end;
    }
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Parameters inside (0, 1) where one coordinate's derivative vanishes. */
function extremeParameters(p0: Point, p1: Point, p2: Point, p3: Point): number[] {
  return [...quadraticRoots(p0.x, p1.x, p2.x, p3.x), ...quadraticRoots(p0.y, p1.y, p2.y, p3.y)].filter(
    (t) => t > 0 && t < 1,
  );
}

function quadraticRoots(p0: number, p1: number, p2: number, p3: number): number[] {
  const a = p3 - 3 * p2 + 3 * p1 - p0;
  const b = 2 * (p2 - 2 * p1 + p0);
  const c = p1 - p0;
  if (Math.abs(a) < 1e-9) return Math.abs(b) < 1e-9 ? [] : [-c / b];
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return [];
  const root = Math.sqrt(discriminant);
  return [(-b + root) / (2 * a), (-b - root) / (2 * a)];
}

function pointOnCubic(p0: Point, p1: Point, p2: Point, p3: Point, t: number): Point {
  const s = 1 - t;
  const [w0, w1, w2, w3] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return {
    x: w0 * p0.x + w1 * p1.x + w2 * p2.x + w3 * p3.x,
    y: w0 * p0.y + w1 * p1.y + w2 * p2.y + w3 * p3.y,
  };
}
