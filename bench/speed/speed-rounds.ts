import { setTimeout } from 'node:timers/promises';
import { TinyCutError } from '../../src/shared/errors.ts';
import type { Fraction } from './bench-page.ts';
import { Contestant, type StepCost } from './contestant.ts';
import { maskAgreement } from './mask-agreement.ts';

/** Samples of one step by round, for ours and for the peer. */
export interface StepSamples {
  ours: StepCost[];
  peer: StepCost[];
}

export interface SpeedSamples {
  load: StepSamples;
  firstMask: StepSamples;
  encode: StepSamples;
  /** Per click. */
  prompt: StepSamples;
  /** `peer` holds the same samples as those of `encode`. */
  encodeFp32: StepSamples;
  /** In bytes by round; empty where they cannot be known. */
  peakMemory: { ours: number[]; peer: number[] };
  /** IoU of the first masks of both sides: they must have done the same job. */
  maskAgreement: number;
  /** Of our prompts, in the decoder alone, wall time by round. */
  decodeMs: number[];
}

/** Where the pages of the sides are served. */
export interface SideUrls {
  ours: string;
  oursFp32: string;
  peer: string;
}

const FIRST_CLICK: Fraction = { x: 0.5, y: 0.45 };
const CLICKS: readonly Fraction[] = [
  { x: 0.5, y: 0.45 },
  { x: 0.25, y: 0.3 },
  { x: 0.7, y: 0.6 },
  { x: 0.4, y: 0.8 },
  { x: 0.85, y: 0.2 },
  { x: 0.15, y: 0.7 },
  { x: 0.6, y: 0.25 },
  { x: 0.33, y: 0.55 },
];
const MIN_AGREEMENT = 0.8;
const SETTLE_MS = 2000;

/**
 * Both sides step by step in turn, in fresh browsers each round: a machine that is slower for a while is so for
 * both. Who goes first changes with the round.
 * @param onStep told what is about to run
 * @throws TinyCutError `internal` when the sides do not answer with the same mask
 */
export async function runSpeedRounds(
  urls: SideUrls,
  roundCount: number,
  onStep: (step: string) => void,
): Promise<SpeedSamples> {
  const step = (): StepSamples => ({ ours: [], peer: [] });
  const samples: SpeedSamples = {
    load: step(),
    firstMask: step(),
    encode: step(),
    prompt: step(),
    encodeFp32: step(),
    peakMemory: { ours: [], peer: [] },
    maskAgreement: 1,
    decodeMs: [],
  };
  for (let round = 0; round < roundCount; round++) {
    await runRound(urls, round, samples, (name) => onStep(`round ${round + 1} of ${roundCount}: ${name}`));
  }
  return samples;
}

async function runRound(
  urls: SideUrls,
  round: number,
  samples: SpeedSamples,
  onStep: (step: string) => void,
): Promise<void> {
  const opened: Contestant[] = [];
  const open = async (url: string) => {
    const contestant = await Contestant.open(url);
    opened.push(contestant);
    return contestant;
  };
  try {
    onStep('start');
    const sides = { ours: await open(urls.ours), peer: await open(urls.peer) };
    // A browser that has just started is not at rest, which whoever goes first would pay for.
    await setTimeout(SETTLE_MS);
    const order = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    const inTurn = async (name: string, run: (side: Contestant, key: 'ours' | 'peer') => Promise<void>) => {
      onStep(name);
      for (const key of order) await run(sides[key], key);
    };

    await inTurn('load', async (side, key) => void samples.load[key].push(await side.measure('load')));
    await inTurn('first mask', async (side, key) => {
      samples.firstMask[key].push(await side.measure('firstMask', 'photo', 0, FIRST_CLICK));
      const bytes = await side.peakResidentBytes();
      if (bytes !== null) samples.peakMemory[key].push(bytes);
    });
    samples.maskAgreement = await agreementOf(sides);

    const fp32 = await open(urls.oursFp32);
    onStep('warm up');
    await fp32.call('load');
    // Twice, since compiling in the background goes on during the first run.
    await fp32.call('encode', 'small', 0);
    await inTurn('warm up', (side) => side.call('encode', 'small', 0));
    await inTurn('encode', async (side, key) => {
      samples.encode[key].push(await side.measure('encode', 'photo', 1));
    });
    onStep('encode, fp32');
    samples.encodeFp32.ours.push(await fp32.measure('encode', 'photo', 1));
    samples.encodeFp32.peer.push(samples.encode.peer.at(-1)!);

    // On a small picture: the peer's decoder enlarges its mask to the picture, which is no part of this figure.
    await inTurn('encode, small', (side) => side.call('encode', 'small', 1));
    await inTurn('prompts', async (side, key) => {
      // The first ones run before everything is compiled well.
      await side.call('prompts', CLICKS);
      samples.prompt[key].push(perClick(await side.measure('prompts', CLICKS)));
      const decodeMs = await side.call('lastDecodeMs');
      if (decodeMs !== null) samples.decodeMs.push(decodeMs);
    });
  } finally {
    for (const contestant of opened) await contestant.close();
  }
}

function perClick({ cpuMs, wallMs }: StepCost): StepCost {
  return { cpuMs: cpuMs === null ? null : cpuMs / CLICKS.length, wallMs: wallMs / CLICKS.length };
}

async function agreementOf({ ours, peer }: Record<'ours' | 'peer', Contestant>): Promise<number> {
  const agreement = maskAgreement(await ours.call('lastMask'), await peer.call('lastMask'));
  if (agreement >= MIN_AGREEMENT) return agreement;
  throw new TinyCutError(
    'internal',
    `The first masks of TinyCut and its peer agree to IoU ${agreement.toFixed(3)} only, so they did not do the ` +
      'same job: run the golden tests, and measure again when they pass.',
  );
}
