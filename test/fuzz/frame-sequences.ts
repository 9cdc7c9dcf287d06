import fc from 'fast-check';
import * as v from 'valibot';
import type { Contract } from '../../src/shared/contract.ts';
import { parseFrame, PROTOCOL_VERSION } from '../../src/shared/frame.ts';
import { mutate, mutationsArbitrary, partsOf, type Mutation } from './mutations.ts';

/** A right message, of which mutants are made; ids are given when it is sent. */
export interface SeedFrame {
  frame: Record<string, unknown>;
  /** How often, beside the others. */
  weight: number;
}

interface DrawnFrame {
  frame: Record<string, unknown>;
  mutations: Mutation[];
  /** Of the latest ids, which to use again; null for a new one. */
  repeats: number | null;
}

/** What becomes of a whole sequence. */
type Disorder = { kind: 'replay' | 'exchange'; from: number; to: number } | { kind: 'cut'; from: number };

export const BATCH_LENGTH = 100;
/** Honest calls have ids up to here, and nothing that is told apart from them may take one away. */
export const MAX_HONEST_ID = 5000;

/** Ends a session, and is therefore rare. */
export const CLOSING_FRAMES: readonly SeedFrame[] = [
  { frame: { tinycut: true, kind: 'bye' }, weight: 1 },
  { frame: { tinycut: true, kind: 'hello', version: 99, answer: true }, weight: 1 },
  { frame: { tinycut: true, kind: 'hello', version: PROTOCOL_VERSION, answer: false }, weight: 4 },
];

export class FrameSequences {
  private readonly arbitrary: fc.Arbitrary<[DrawnFrame[], Disorder[]]>;
  private readonly pool: readonly unknown[];

  constructor(
    seeds: readonly SeedFrame[],
    private readonly seed: number,
  ) {
    this.pool = seeds.flatMap(({ frame }) => partsOf(frame));
    const frames = seeds.map(({ frame, weight }) => ({ arbitrary: fc.constant(frame), weight }));
    const repeats = fc.oneof(
      { arbitrary: fc.constant(null), weight: 6 },
      { arbitrary: fc.nat(30), weight: 1 },
    );
    const drawn = fc.record({ frame: fc.oneof(...frames), mutations: mutationsArbitrary, repeats });
    const index = fc.nat(BATCH_LENGTH - 1);
    const disorder = fc.oneof<fc.Arbitrary<Disorder>[]>(
      fc.record({ kind: fc.constantFrom('replay', 'exchange'), from: index, to: index }),
      fc.record({ kind: fc.constant('cut'), from: fc.integer({ min: BATCH_LENGTH / 2, max: BATCH_LENGTH }) }),
    );
    this.arbitrary = fc.tuple(
      fc.array(drawn, { minLength: BATCH_LENGTH, maxLength: BATCH_LENGTH, size: 'max' }),
      fc.array(disorder, { maxLength: 8 }),
    );
  }

  /**
   * @param takeId of a call that nobody has made yet
   * @returns the messages of one batch in their order, the same for the same seed and number
   */
  batch(number: number, takeId: () => number): unknown[] {
    const [[drawn, disorders]] = fc.sample(this.arbitrary, { seed: this.seed + number, numRuns: 1 }) as [
      [DrawnFrame[], Disorder[]],
    ];
    const ids: number[] = [];
    const frames = drawn.map(({ frame, mutations, repeats }) => {
      if (!('id' in frame)) return besideHonest(mutate(frame, mutations, this.pool));
      const id = repeats !== null && ids.length > 0 ? ids.at(-1 - (repeats % ids.length))! : takeId();
      ids.push(id);
      return besideHonest(mutate({ ...frame, id }, mutations, this.pool));
    });
    return disorders.reduce(inDisorder, frames);
  }
}

function besideHonest(message: unknown): unknown {
  const frame = parseFrame(message);
  return frame?.kind === 'call' && frame.id <= MAX_HONEST_ID
    ? { ...frame, id: frame.id + MAX_HONEST_ID }
    : message;
}

function inDisorder(frames: unknown[], disorder: Disorder): unknown[] {
  const changed = [...frames];
  if (disorder.kind === 'cut') return changed.slice(0, disorder.from);
  const from = disorder.from % changed.length;
  const to = disorder.to % changed.length;
  if (disorder.kind === 'replay') changed.splice(to, 0, changed[from]);
  else [changed[from], changed[to]] = [changed[to], changed[from]];
  return changed;
}

/** Whether a message gets past the frame's schema and that of its method or event, by the contracts themselves. */
export function passesSchemas(message: unknown, served: Contract, called: Contract): boolean {
  const frame = parseFrame(message);
  if (frame?.kind === 'call') {
    const method = Object.hasOwn(served.methods, frame.method) && served.methods[frame.method];
    return method !== false && v.is(method!.params, frame.params);
  }
  if (frame?.kind === 'event') {
    return Object.hasOwn(called.events, frame.name) && v.is(called.events[frame.name]!, frame.value);
  }
  return frame !== null;
}
