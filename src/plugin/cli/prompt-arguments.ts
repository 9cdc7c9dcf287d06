import type { Size } from '../../shared/affine.ts';
import type { Prompt } from '../../shared/engine-contract.ts';
import { TinyCutError } from '../../shared/errors.ts';

/** Options of node:util's parseArgs that mark the object; for every command that takes a prompt. */
export const PROMPT_OPTIONS = {
  point: { type: 'string', multiple: true },
  box: { type: 'string', multiple: true },
} as const;

export const PROMPT_HELP = `  --point x,y         a point on the object, in pixels of the image; may be repeated
  --point -x,y        a point off the object: the leading minus marks it, also in -0,12
  --box x,y,w,h       a box around the object: its left, top, width and height`;

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const POINT = new RegExp(`^(-?)(${NUMBER}),(${NUMBER})$`);
const BOX = new RegExp(`^(-?${NUMBER}),(-?${NUMBER}),(${NUMBER}),(${NUMBER})$`);

/** parseArgs takes "-420,310" for an option of its own; written "--point=-420,310" it's a value. */
export function joinNegativeValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') return [...joined, ...args.slice(i)];
    const next = args[i + 1];
    if (/^--(point|box|shift)$/.test(arg) && next && /^-\d/.test(next)) {
      joined.push(`${arg}=${next}`);
      i++;
    } else {
      joined.push(arg);
    }
  }
  return joined;
}

/**
 * @param values what parseArgs found for PROMPT_OPTIONS
 * @throws TinyCutError `bad-argument` when a value is malformed or nothing marks the object
 */
export function parsePrompt(values: { point?: string[] | undefined; box?: string[] | undefined }): Prompt {
  const points = (values.point ?? []).map(parsePoint);
  const [box, secondBox] = (values.box ?? []).map(parseBox);
  if (secondBox) throw badArgument('There can be only one --box.');
  if (!box && !points.some(({ label }) => label === 1)) {
    throw badArgument('Mark the object with a --point x,y on it or a --box x,y,w,h around it.');
  }
  return { points, box: box ?? null, previousLogits: null };
}

function parsePoint(value: string): Prompt['points'][number] {
  const [, minus, x, y] = POINT.exec(value) ?? [];
  if (x === undefined) throw badArgument(`--point ${value} is not of the form x,y or -x,y.`);
  return { x: Number(x), y: Number(y), label: minus ? 0 : 1 };
}

function parseBox(value: string): NonNullable<Prompt['box']> {
  const [x, y, width, height] = (BOX.exec(value) ?? []).slice(1).map(Number);
  if (!width || !height)
    throw badArgument(`--box ${value} is not of the form x,y,w,h with a width and a height.`);
  return { x: x!, y: y!, width, height };
}

/**
 * Finds out at once what the engine would refuse only after seconds of encoding.
 * @throws TinyCutError `bad-argument` when a point is outside of the image
 */
export function checkPointsInside({ points }: Prompt, { width, height }: Size): void {
  const outside = points.find(({ x, y }) => x > width || y > height);
  if (!outside) return;
  throw badArgument(
    `The point ${outside.x},${outside.y} is outside of the image, which has ${width} x ${height} pixels.`,
  );
}

function badArgument(message: string): TinyCutError {
  return new TinyCutError('bad-argument', message);
}
