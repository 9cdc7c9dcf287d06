import type { ByteReader } from './byte-reader.ts';
import { OPCODE } from './pickle-opcodes.ts';
import type { PickleValue } from './pickle-values.ts';

/** The value that an instruction pushes by itself, its operand read; undefined when it is of another kind. */
export function readConstant(opcode: number, reader: ByteReader): PickleValue | undefined {
  switch (opcode) {
    case OPCODE.NONE:
      return null;
    case OPCODE.NEWTRUE:
      return true;
    case OPCODE.NEWFALSE:
      return false;
    case OPCODE.BININT:
      return reader.int32();
    case OPCODE.BININT1:
      return reader.uint8();
    case OPCODE.BININT2:
      return reader.uint16();
    case OPCODE.LONG1:
      return longValue(reader.bytes(reader.uint8()));
    case OPCODE.BINFLOAT:
      return reader.float64BigEndian();
    case OPCODE.SHORT_BINSTRING:
    case OPCODE.SHORT_BINUNICODE:
      return reader.utf8(reader.uint8());
    case OPCODE.BINSTRING:
    case OPCODE.BINUNICODE:
      return reader.utf8(reader.uint32());
    // Nothing here tells tuples from lists.
    case OPCODE.EMPTY_TUPLE:
    case OPCODE.EMPTY_LIST:
      return [];
    case OPCODE.EMPTY_DICT:
      return new Map();
    default:
      return undefined;
  }
}

/** Little-endian two's complement. */
function longValue(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  value = BigInt.asIntN(8 * bytes.length, value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
