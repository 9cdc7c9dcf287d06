import { DEFAULT_EDGE, MAX_EDGE_SHIFT_PX, type EdgeSettings } from '../../shared/edge-settings.ts';
import { TinyCutError } from '../../shared/errors.ts';

/** Options of node:util's parseArgs that shape the edge of results. */
export const EDGE_OPTIONS = {
  'plain-edge': { type: 'boolean' },
  softness: { type: 'string' },
  shift: { type: 'string' },
  smooth: { type: 'string' },
} as const;

export const EDGE_HELP = `  --softness s        of the edge, which is fitted to the image: from 0, a step of a pixel, to 1, all that may be hair;
                      0.5 when left out. Not of the SVG
  --shift px          grows the object, or shrinks it when negative, by up to ${MAX_EDGE_SHIFT_PX} whole pixels
  --smooth s          from 0, the edge as it is, to 1, one without jags and wisps; 0 when left out
  --plain-edge        the edge of the mask instead, which does not look at the image`;

type EdgeValues = { 'plain-edge'?: boolean | undefined } & {
  [name in 'softness' | 'shift' | 'smooth']?: string | undefined;
};

/**
 * @returns null for the mask's own edge
 * @throws TinyCutError `bad-argument`
 */
export function parseEdge({ softness, shift, smooth, ...values }: EdgeValues): EdgeSettings | null {
  if (values['plain-edge']) {
    const shaped = Object.entries({ softness, shift, smooth }).find(([, value]) => value !== undefined);
    if (shaped) throw new TinyCutError('bad-argument', `--plain-edge does not go with --${shaped[0]}.`);
    return null;
  }
  return {
    softness: softness === undefined ? DEFAULT_EDGE.softness : parseShare('--softness', softness),
    shiftPx: shift === undefined ? DEFAULT_EDGE.shiftPx : parseShift(shift),
    smooth: smooth === undefined ? DEFAULT_EDGE.smooth : parseShare('--smooth', smooth),
  };
}

/**
 * Layers share their edges: none can have its own.
 * @throws TinyCutError `bad-argument`
 */
export function refuseEdge(values: EdgeValues): void {
  const given = Object.keys(EDGE_OPTIONS).find((name) => values[name as keyof EdgeValues] !== undefined);
  if (given) throw new TinyCutError('bad-argument', `--${given} does not go with --everything.`);
}

/** @throws TinyCutError `bad-argument` */
export function parseShare(option: string, value: string): number {
  const share = Number(value);
  if (/^[\d.]+$/.test(value) && share >= 0 && share <= 1) return share;
  throw new TinyCutError('bad-argument', `${option} ${value} is not a number from 0 to 1.`);
}

function parseShift(value: string): number {
  const shiftPx = Number(value);
  if (/^[+-]?\d+$/.test(value) && Math.abs(shiftPx) <= MAX_EDGE_SHIFT_PX) return shiftPx || 0;
  throw new TinyCutError(
    'bad-argument',
    `--shift ${value} is not a whole number from -${MAX_EDGE_SHIFT_PX} to ${MAX_EDGE_SHIFT_PX}.`,
  );
}
