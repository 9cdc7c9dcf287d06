import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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

/** What each takes. */
const OPTIONS = { rounds: 'N', images: 'N', only: 'speed|quality', json: 'FILE' } as const;
type OptionName = keyof typeof OPTIONS;
/** Even, so that each side goes first as often as the other. */
const DEFAULT_ROUNDS = 6;

/**
 * `npm run bench -- [--rounds N] [--images N] [--only speed|quality] [--json FILE]`
 * @param allowed the options that this bench takes
 * @throws TinyCutError `bad-argument`, also for a file in a folder that is not there, before minutes are spent
 */
export function parseBenchArguments(
  args: readonly string[],
  allowed: readonly OptionName[] = Object.keys(OPTIONS) as OptionName[],
): BenchArguments {
  let values: Partial<Record<OptionName, string>>;
  try {
    const options = Object.fromEntries(allowed.map((name) => [name, { type: 'string' as const }]));
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (thrown) {
    const [reason] = (thrown as Error).message.split('. ');
    const names = allowed.map((name) => `--${name} ${OPTIONS[name]}`);
    const list = [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part).join(' and ');
    throw new TinyCutError('bad-argument', `${reason}: the options are ${list}.`);
  }
  const { only, json } = values;
  if (only !== undefined && only !== 'speed' && only !== 'quality') {
    throw new TinyCutError('bad-argument', `--only is speed or quality, not "${only}".`);
  }
  if (json === '') throw new TinyCutError('bad-argument', '--json needs the name of a file.');
  if (json !== undefined) checkFolder(json);
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

function checkFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new TinyCutError(
    'bad-argument',
    `--json ${file}: the folder ${folder} does not exist; make it first.`,
  );
}
