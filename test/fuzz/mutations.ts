import fc from 'fast-check';

/**
 * How a value that is right becomes one that may not be. Most mutants of most messages still pass their schemas, since a fuzz
 * that is refused at the door tests only the door.
 */
export interface Mutation {
  kind: 'swap' | 'junk' | 'drop' | 'add' | 'cut';
  /** Chooses the place, and what comes there. */
  place: number;
  choice: number;
}

const KINDS = ['swap', 'swap', 'swap', 'swap', 'junk', 'drop', 'add', 'cut'] as const;

/** None for half of all values. */
export const mutationsArbitrary: fc.Arbitrary<Mutation[]> = fc.oneof(
  fc.constant<Mutation[]>([]),
  fc.array(fc.record({ kind: fc.constantFrom(...KINDS), place: fc.nat(), choice: fc.nat() }), {
    minLength: 1,
    maxLength: 3,
  }),
);

const JUNK: readonly unknown[] = [
  null,
  undefined,
  true,
  '',
  '__proto__',
  'x'.repeat(5000),
  '\ud800',
  -1,
  0,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  NaN,
  Infinity,
  [],
  {},
  [[]],
  { length: 1e9 },
  new Uint8Array(0),
];
const KEYS = ['constructor', 'then', 'toJSON', 'length', 'kind', 'tinycut', 'extra'];

type Holder = Record<string, unknown>;

/**
 * @param pool right values of other messages, of which one of the same type comes in the place of another
 * @returns a changed copy; `value` itself stays as it is
 */
export function mutate(value: unknown, mutations: readonly Mutation[], pool: readonly unknown[]): unknown {
  if (mutations.length === 0) return value;
  const root: Holder = { value: structuredClone(value) };
  for (const { kind, place, choice } of mutations) {
    const places = placesIn(root);
    // The whole message was dropped.
    if (places.length === 0) break;
    const { holder, key } = places[place % places.length]!;
    const before = holder[key];
    if (kind === 'swap') {
      const alike = pool.filter((other) => kindOf(other) === kindOf(before));
      if (alike.length > 0) holder[key] = structuredClone(alike[choice % alike.length]);
    } else if (kind === 'junk') holder[key] = structuredClone(JUNK[choice % JUNK.length]);
    else if (kind === 'drop') delete holder[key];
    else if (kind === 'cut') holder[key] = cut(before, choice);
    else if (isHolder(before) && !Array.isArray(before))
      before[KEYS[choice % KEYS.length]!] = structuredClone(JUNK[place % JUNK.length]);
  }
  return root['value'];
}

/** Everything in a value, for the pool that mutants take from. */
export function partsOf(value: unknown): unknown[] {
  return placesIn({ value }).map(({ holder, key }) => holder[key]);
}

function placesIn(root: Holder): { holder: Holder; key: string }[] {
  return Object.keys(root).flatMap((key) => {
    const inner = root[key];
    return [{ holder: root, key }, ...(isHolder(inner) ? placesIn(inner) : [])];
  });
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return ArrayBuffer.isView(value) ? 'bytes' : typeof value;
}

function cut(value: unknown, choice: number): unknown {
  if (typeof value === 'number') return -value / 3;
  const isCuttable = typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array;
  return isCuttable ? value.slice(0, choice % (value.length + 1)) : value;
}
