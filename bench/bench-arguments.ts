import { parseArgs } from 'node:util';
import { TinyCutError } from '../src/shared/errors.ts';

export interface BenchArguments {
  /** How often each step of the speed half is measured. */
  roundCount: number;
  /** How many evaluation images; null for all. */
  imageCount: number | null;
  /** Which half; null for both. */
  only: 'speed' | 'quality' | null;
  /** Where the flat figures go; null for nowhere. */
  jsonFile: string | null;
}

const OPTIONS = {
  rounds: { type: 'string' },
  images: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
} as const;
/** Even, so that each side goes first as often as the other. */
const DEFAULT_ROUNDS = 6;

/**
 * `npm run bench -- [--rounds N] [--images N] [--only speed|quality] [--json FILE]`
 * @throws TinyCutError `bad-argument`
 */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  let values: Partial<Record<keyof typeof OPTIONS, string>>;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (thrown) {
    const [reason] = (thrown as Error).message.split('. ');
    throw new TinyCutError(
      'bad-argument',
      `${reason}: the options are --rounds N, --images N, --only speed|quality and --json FILE.`,
    );
  }
  const { only, json } = values;
  if (only !== undefined && only !== 'speed' && only !== 'quality') {
    throw new TinyCutError('bad-argument', `--only is speed or quality, not "${only}".`);
  }
  if (json === '') throw new TinyCutError('bad-argument', '--json needs the name of a file.');
  return {
    roundCount: countFrom('rounds', values.rounds) ?? DEFAULT_ROUNDS,
    imageCount: countFrom('images', values.images),
    only: only ?? null,
    jsonFile: json ?? null,
  };
}

function countFrom(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new TinyCutError('bad-argument', `--${name} is a whole number from 1 to 9999, not "${text}".`);
}
