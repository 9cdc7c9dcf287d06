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

export interface StudyArguments {
  /** How many evaluation images to compare on. */
  imageCount: number;
  /** How many others to take scales from. */
  calibrationCount: number;
  /** Where the figures go; null for nowhere. */
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
const STUDY_OPTIONS = {
  images: { type: 'string' },
  calibration: { type: 'string' },
  json: { type: 'string' },
} as const;
const DEFAULT_STUDY_IMAGES = 24;
/** As many as the paper takes. */
const DEFAULT_CALIBRATION_IMAGES = 8;

/**
 * `npm run bench -- [--rounds N] [--images N] [--only speed|quality] [--json FILE]`
 * @throws TinyCutError `bad-argument`
 */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const values = parse(args, OPTIONS, '--rounds N, --images N, --only speed|quality and --json FILE');
  const { only, json } = values;
  if (only !== undefined && only !== 'speed' && only !== 'quality') {
    throw new TinyCutError('bad-argument', `--only is speed or quality, not "${only}".`);
  }
  return {
    roundCount: countFrom('rounds', values.rounds) ?? DEFAULT_ROUNDS,
    imageCount: countFrom('images', values.images),
    only: only ?? null,
    jsonFile: jsonFileFrom(json),
  };
}

/**
 * `npm run bench:quantization -- [--images N] [--calibration N] [--json FILE]`
 * @throws TinyCutError `bad-argument`
 */
export function parseStudyArguments(args: readonly string[]): StudyArguments {
  const values = parse(args, STUDY_OPTIONS, '--images N, --calibration N and --json FILE');
  return {
    imageCount: countFrom('images', values.images) ?? DEFAULT_STUDY_IMAGES,
    calibrationCount: countFrom('calibration', values.calibration) ?? DEFAULT_CALIBRATION_IMAGES,
    jsonFile: jsonFileFrom(values.json),
  };
}

function parse<Name extends string>(
  args: readonly string[],
  options: Record<Name, { type: 'string' }>,
  described: string,
): Partial<Record<Name, string>> {
  try {
    return parseArgs({ args: [...args], options }).values as Partial<Record<Name, string>>;
  } catch (thrown) {
    const [reason] = (thrown as Error).message.split('. ');
    throw new TinyCutError('bad-argument', `${reason}: the options are ${described}.`);
  }
}

/** Refuses a file that cannot be written before minutes are spent. */
function jsonFileFrom(file: string | undefined): string | null {
  if (file === undefined) return null;
  if (file === '') throw new TinyCutError('bad-argument', '--json needs the name of a file.');
  const folder = dirname(resolve(file));
  if (existsSync(folder) && statSync(folder).isDirectory()) return file;
  throw new TinyCutError(
    'bad-argument',
    `--json ${file}: the folder ${folder} does not exist; make it first.`,
  );
}

function countFrom(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new TinyCutError('bad-argument', `--${name} is a whole number from 1 to 9999, not "${text}".`);
}
