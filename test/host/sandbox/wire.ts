/**
 * How values cross between the double and QuickJS: JSON in which everything that JSON lacks is a tagged array, beside
 * a list of binary buffers. `prelude.ts` holds the other end.
 */
export class NodeRef {
  constructor(
    readonly type: string,
    readonly id: string,
  ) {}
}

export class ImageRef {
  constructor(readonly hash: string) {}
}

/** `figma.mixed` */
export const MIXED = Symbol('figma.mixed');

export interface Wire {
  json: unknown;
  buffers: Uint8Array[];
}

const MAX_DEPTH = 64;

/**
 * Deep-copies what Figma lets through: JSON-like values, undefined, Date, Uint8Array (and, within the double,
 * references). Prototypes are stripped.
 * @throws Error for functions, symbols, other binary types, Map, Set, promises and cycles
 */
export function encode(value: unknown): Wire {
  const buffers: Uint8Array[] = [];
  return { json: encodeValue(value, buffers, 0), buffers };
}

function encodeValue(value: unknown, buffers: Uint8Array[], depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Error('Cannot pass a value that is nested too deeply or contains itself');
  const inner = (item: unknown) => encodeValue(item, buffers, depth + 1);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['x', String(value)];
  if (value === undefined) return ['u'];
  if (value === MIXED) return ['m'];
  if (value instanceof NodeRef) return ['n', value.type, value.id];
  if (value instanceof ImageRef) return ['i', value.hash];
  if (value instanceof Uint8Array) return ['b', buffers.push(value) - 1];
  if (value instanceof Date) return ['d', value.getTime()];
  if (Array.isArray(value)) return ['a', value.map(inner)];
  const name = Object.prototype.toString.call(value);
  if (typeof value !== 'object' || name !== '[object Object]') {
    throw new Error(`Cannot pass ${typeof value === 'object' ? name : `a ${typeof value}`} across`);
  }
  return ['o', Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]))];
}

/** The other way; buffers are copied out, so that nothing is shared. */
export function decode({ json, buffers }: Wire): unknown {
  if (!Array.isArray(json)) return json;
  const [tag, content, id] = json as [string, never, string];
  const inner = (item: unknown) => decode({ json: item, buffers });
  switch (tag) {
    case 'u':
      return undefined;
    case 'x':
      return Number(content);
    case 'm':
      return MIXED;
    case 'n':
      return new NodeRef(content, id);
    case 'i':
      return new ImageRef(content);
    case 'b':
      return buffers[content]?.slice();
    case 'd':
      return new Date(content);
    case 'a':
      return (content as unknown[]).map(inner);
    case 'o':
      return Object.fromEntries(Object.entries(content as object).map(([key, item]) => [key, inner(item)]));
    default:
      throw new Error(`Unknown tag ${tag}`);
  }
}
