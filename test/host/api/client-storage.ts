import { decode, encode, type Wire } from '../sandbox/wire.ts';

const LIMIT_BYTES = 5 * 1024 * 1024;

/** `figma.clientStorage`, for the length of one double: at most 5 MB, keys included. */
export class ClientStorage {
  private readonly entries = new Map<string, Wire>();

  get(key: string): unknown {
    const entry = this.entries.get(key);
    return entry && decode(entry);
  }

  /** @throws Error when the entry does not fit */
  set(key: string, value: unknown): void {
    const { json, buffers } = encode(value);
    const entry = { json, buffers: buffers.map((bytes) => bytes.slice()) };
    const others = [...this.entries].filter(([other]) => other !== key);
    const total = [...others, [key, entry] as const].reduce(
      (sum, [name, wire]) => sum + sizeOf(name, wire),
      0,
    );
    if (total > LIMIT_BYTES) throw new Error('in setAsync: The quota of 5MB has been exceeded');
    this.entries.set(key, entry);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  keys(): string[] {
    return [...this.entries.keys()];
  }
}

function sizeOf(key: string, { json, buffers }: Wire): number {
  return key.length + JSON.stringify(json).length + buffers.reduce((sum, bytes) => sum + bytes.length, 0);
}
