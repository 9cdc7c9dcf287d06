import type { CheckpointFaults } from './checkpoint-faults.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads numbers and text from untrusted bytes in order; running past the end is a `model-corrupt` failure. */
export class ByteReader {
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #faults: CheckpointFaults;

  constructor(bytes: Uint8Array, faults: CheckpointFaults, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#faults = faults;
    this.position = position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A 64-bit count, length or offset, none of which can be as large as 2^53 in a real file. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > Number.MAX_SAFE_INTEGER) throw this.#faults.damaged(`it tells of ${value} bytes or items`);
    return Number(value);
  }

  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  utf8(length: number): string {
    const start = this.position;
    try {
      return UTF8.decode(this.bytes(length));
    } catch (thrown) {
      if (thrown instanceof TypeError) throw this.#faults.damaged(`the text at byte ${start} is not UTF-8`);
      throw thrown;
    }
  }

  /** Up to the next line feed, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    const text = this.utf8((end === -1 ? this.#bytes.length : end) - this.position);
    this.#advance(1);
    return text;
  }

  #advance(length: number): number {
    const start = this.position;
    if (start + length > this.#bytes.length) {
      throw this.#faults.damaged(
        `${length} bytes are expected at byte ${start}, and ${this.#bytes.length} is the end`,
      );
    }
    this.position = start + length;
    return start;
  }
}
