import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TinyCutError } from '../src/shared/errors.ts';
import { MIN_EMBEDDINGS } from './session/memory-figures.ts';

export interface BenchArguments {
  /** How often each step of the speed half is measured. */
  roundCount: number;
  /** How many evaluation images; null for all. */
  imageCount: number | null;
  /** Which part; null for all of them. */
  only: string | null;
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

export interface SessionArguments {
  /** How many images are opened one after the other. */
  embeddingCount: number;
  /** Where the flat figures go; null for nowhere. */
  jsonFile: string | null;
}

/** What each takes. */
const OPTIONS = {
  rounds: 'N',
  images: 'N',
  calibration: 'N',
  embeddings: 'N',
  only: 'PART',
  json: 'FILE',
} as const;
type OptionName = keyof typeof OPTIONS;
/** Even, so that each side goes first as often as the other. */
const DEFAULT_ROUNDS = 6;
const DEFAULT_STUDY_IMAGES = 24;
/** As many as the paper takes. */
const DEFAULT_CALIBRATION_IMAGES = 8;
const DEFAULT_EMBEDDINGS = 200;

/**
 * `npm run bench -- [--rounds N] [--images N] [--only speed|quality] [--json FILE]`
 * @param allowed the options that this bench takes
 * @param parts what `--only` may name
 * @throws TinyCutError `bad-argument`, also for a file in a folder that is not there, before minutes are spent
 */
export function parseBenchArguments(
  args: readonly string[],
  allowed: readonly OptionName[] = ['rounds', 'images', 'only', 'json'],
  parts: readonly string[] = ['speed', 'quality'],
): BenchArguments {
  const values = parse(args, allowed);
  const { only } = values;
  if (only !== undefined && !parts.includes(only)) {
    throw new TinyCutError('bad-argument', `--only is ${parts.join(' or ')}, not "${only}".`);
  }
  return {
    roundCount: countFrom('rounds', values) ?? DEFAULT_ROUNDS,
    imageCount: countFrom('images', values),
    only: only ?? null,
    jsonFile: jsonFileFrom(values),
  };
}

/**
 * `npm run bench:quantization -- [--images N] [--calibration N] [--json FILE]`
 * @throws TinyCutError as `parseBenchArguments` does
 */
export function parseStudyArguments(args: readonly string[]): StudyArguments {
  const values = parse(args, ['images', 'calibration', 'json']);
  return {
    imageCount: countFrom('images', values) ?? DEFAULT_STUDY_IMAGES,
    calibrationCount: countFrom('calibration', values) ?? DEFAULT_CALIBRATION_IMAGES,
    jsonFile: jsonFileFrom(values),
  };
}

/**
 * `npm run bench:session -- [--embeddings N] [--json FILE]`
 * @throws TinyCutError as `parseBenchArguments` does, and for too few embeddings to compare
 */
export function parseSessionArguments(args: readonly string[]): SessionArguments {
  const values = parse(args, ['embeddings', 'json']);
  const embeddingCount = countFrom('embeddings', values) ?? DEFAULT_EMBEDDINGS;
  if (embeddingCount < MIN_EMBEDDINGS) {
    throw new TinyCutError(
      'bad-argument',
      `--embeddings is at least ${MIN_EMBEDDINGS}, so that there is an early and a late part to compare.`,
    );
  }
  return { embeddingCount, jsonFile: jsonFileFrom(values) };
}

type Values = Partial<Record<OptionName, string>>;

function parse(args: readonly string[], allowed: readonly OptionName[]): Values {
  try {
    const options = Object.fromEntries(allowed.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    const [reason] = (thrown as Error).message.split('. ');
    const names = allowed.map((name) => `--${name} ${OPTIONS[name]}`);
    const list = [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part).join(' and ');
    throw new TinyCutError('bad-argument', `${reason}: the options are ${list}.`);
  }
}

function countFrom(name: OptionName, values: Values): number | null {
  const text = values[name];
  if (text === undefined) return null;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new TinyCutError('bad-argument', `--${name} is a whole number from 1 to 9999, not "${text}".`);
}

function jsonFileFrom({ json }: Values): string | null {
  if (json === undefined) return null;
  if (json === '') throw new TinyCutError('bad-argument', '--json needs the name of a file.');
  const folder = dirname(resolve(json));
  if (existsSync(folder) && statSync(folder).isDirectory()) return json;
  throw new TinyCutError(
    'bad-argument',
    `--json ${json}: the folder ${folder} does not exist; make it first.`,
  );
}
