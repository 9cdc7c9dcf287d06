import type { Point } from '../../shared/affine.ts';

/** A closed outline; the last segment ends at `start`. Segments: [end] is a line, [control, control, end] a cubic. */
export interface Outline {
  start: Point;
  segments: readonly (readonly [Point] | readonly [Point, Point, Point])[];
}

/** The same outline the other way round. */
export function reverseOutline({ start, segments }: Outline): Outline {
  const starts = [start, ...segments.map((segment) => segment[segment.length - 1]!)];
  const reversed = segments.map((segment, i) =>
    segment.length === 1 ? ([starts[i]!] as const) : ([segment[1], segment[0], starts[i]!] as const),
  );
  return { start: starts[starts.length - 1]!, segments: reversed.reverse() };
}

/** Nodes of an outline: as many as segments, since it is closed. */
export function nodeCountOf(outlines: readonly Outline[]): number {
  return outlines.reduce((sum, { segments }) => sum + segments.length, 0);
}

/** Path data in the grammar `M x y L x y C x1 y1 x2 y2 x y Z` with single spaces, rounded to 2 decimals. */
export function pathData(outlines: readonly Outline[]): string {
  return outlines
    .map(({ start, segments }) => {
      const tokens = segments.map((segment, i) => {
        const isClosingLine = segment.length === 1 && i === segments.length - 1;
        // Z draws the closing line; one of our own would leave two nodes on one spot.
        if (isClosingLine) return 'Z';
        const tail = i === segments.length - 1 ? ' Z' : '';
        return `${segment.length === 1 ? 'L' : 'C'} ${segment.map(coordinates).join(' ')}${tail}`;
      });
      return ['M', coordinates(start), ...tokens].join(' ');
    })
    .join(' ');
}

function coordinates({ x, y }: Point): string {
  return `${hundredths(x)} ${hundredths(y)}`;
}

function hundredths(value: number): string {
  return String(Math.round(value * 100) / 100);
}
