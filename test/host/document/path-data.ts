import { applyAffine, type Affine, type Point, type Rect } from '../../../src/shared/affine.ts';
import { boundsOf } from './transforms.ts';

/** One command with its points; `Z` has none. Quadratics are stored as cubics, as Figma does. */
export interface PathCommand {
  letter: 'M' | 'L' | 'C' | 'Z';
  points: Point[];
}

const POINT_COUNTS: Record<string, number> = { M: 1, L: 1, Q: 2, C: 3, Z: 0 };
const NUMBER = /^-?(\d+\.?\d*|\.\d+)$/;

/**
 * Reads the grammar of `vectorPaths`: absolute `M L Q C Z`, every token set off by exactly one space.
 * @throws Error for anything else: relative commands, commas, exponents, double spaces, a missing number
 */
export function parsePathData(data: string): PathCommand[] {
  const tokens = data.split(' ');
  const commands: PathCommand[] = [];
  let at = 0;
  while (at < tokens.length) {
    const letter = tokens[at++] ?? '';
    const pointCount = POINT_COUNTS[letter];
    if (pointCount === undefined) throw new Error(`Failed to convert path. Invalid command at ${letter}`);
    if (commands.length === 0 && letter !== 'M') {
      throw new Error(`Failed to convert path. It begins with ${letter}, not with M`);
    }
    const points: Point[] = [];
    for (let i = 0; i < pointCount; i++) {
      points.push({ x: readNumber(tokens[at++], letter), y: readNumber(tokens[at++], letter) });
    }
    commands.push(
      letter === 'Q' ? quadraticToCubic(endOf(commands), points) : ({ letter, points } as PathCommand),
    );
  }
  return commands;
}

function readNumber(token: string | undefined, letter: string): number {
  if (token === undefined || !NUMBER.test(token)) {
    throw new Error(`Failed to convert path. Expected a number after ${letter}, got "${token ?? ''}"`);
  }
  return Number(token);
}

function endOf(commands: readonly PathCommand[]): Point {
  for (let i = commands.length - 1; i >= 0; i--) {
    const last = commands[i]?.points.at(-1);
    if (last) return last;
  }
  return { x: 0, y: 0 };
}

function quadraticToCubic(start: Point, [control, end]: Point[]): PathCommand {
  if (!control || !end) throw new Error('Failed to convert path. A quadratic needs two points');
  const towards = (from: Point): Point => ({
    x: from.x + (2 / 3) * (control.x - from.x),
    y: from.y + (2 / 3) * (control.y - from.y),
  });
  return { letter: 'C', points: [towards(start), towards(end), end] };
}

export function formatPathData(commands: readonly PathCommand[]): string {
  const number = (value: number) => String(Number(value.toFixed(4)));
  return commands
    .map(({ letter, points }) => [letter, ...points.map(({ x, y }) => `${number(x)} ${number(y)}`)].join(' '))
    .join(' ');
}

export function mapPath(map: Affine, commands: readonly PathCommand[]): PathCommand[] {
  return commands.map(({ letter, points }) => ({
    letter,
    points: points.map((point) => applyAffine(map, point)),
  }));
}

/** The tight box of the curves themselves, not of their handles. */
export function pathBounds(commands: readonly PathCommand[]): Rect {
  const extremes: Point[] = [];
  let start: Point = { x: 0, y: 0 };
  for (const { letter, points } of commands) {
    const [c1, c2, end] = points;
    if (letter === 'C' && c1 && c2 && end) extremes.push(...cubicExtremes(start, c1, c2, end));
    else extremes.push(...points);
    start = points.at(-1) ?? start;
  }
  return boundsOf(extremes);
}

function cubicExtremes(p0: Point, p1: Point, p2: Point, p3: Point): Point[] {
  const stops = [0, 1, ...cubicTurns(p0.x, p1.x, p2.x, p3.x), ...cubicTurns(p0.y, p1.y, p2.y, p3.y)];
  const at = (t: number, a: number, b: number, c: number, d: number) =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t ** 3 * d;
  return stops.map((t) => ({ x: at(t, p0.x, p1.x, p2.x, p3.x), y: at(t, p0.y, p1.y, p2.y, p3.y) }));
}

/** Where the derivative of a cubic in one coordinate is zero, within (0, 1). */
function cubicTurns(a: number, b: number, c: number, d: number): number[] {
  const quadratic = -a + 3 * b - 3 * c + d;
  const linear = 2 * (a - 2 * b + c);
  const constant = b - a;
  if (Math.abs(quadratic) < 1e-12) {
    return Math.abs(linear) < 1e-12 ? [] : inside([-constant / linear]);
  }
  const discriminant = linear * linear - 4 * quadratic * constant;
  if (discriminant < 0) return [];
  const root = Math.sqrt(discriminant);
  return inside([(-linear + root) / (2 * quadratic), (-linear - root) / (2 * quadratic)]);
}

function inside(stops: number[]): number[] {
  return stops.filter((t) => t > 0 && t < 1);
}
