import type { ByteReader } from './byte-reader.ts';
import type { CheckpointFaults } from './checkpoint-faults.ts';
import { readConstant } from './pickle-constants.ts';
import { OPCODE, refusedOpcodeName } from './pickle-opcodes.ts';
import { PickleStack } from './pickle-stack.ts';
import { PickleGlobal, type PickleValue } from './pickle-values.ts';

/** Decides what the names in a pickle stand for. Both throw for whatever they do not know. */
export interface PickleHost {
  global(module: string, name: string): PickleGlobal;
  /** A thing that is stored outside the pickle. */
  persistent(id: PickleValue): PickleValue;
}

/** The list of TinySAM's weights takes 81 kB. */
const MAX_PICKLE_BYTES = 2 * 2 ** 20;
const NEWEST_PROTOCOL = 5;

/**
 * Runs one pickle, from the reader's position to its STOP instruction. Pickles are programs that may call any Python
 * function; this machine knows only the instructions that build plain values, and calls only what `host` gives it.
 * Values grow no faster than the pickle is read, and nothing recurses, so that a hostile one can only fail.
 *
 * @throws TinyCutError `model-corrupt` for a damaged pickle and for an instruction that is refused.
 */
export function readPickle(reader: ByteReader, host: PickleHost, faults: CheckpointFaults): PickleValue {
  const stack = new PickleStack(faults);
  const memo = new Map<number, PickleValue>();
  const start = reader.position;

  const recall = (index: number): PickleValue => {
    const value = memo.get(index);
    if (value === undefined) throw faults.damaged(`its pickle recalls value ${index}, which it never stored`);
    return value;
  };
  const findGlobal = (module: PickleValue, name: PickleValue): PickleGlobal => {
    if (typeof module === 'string' && typeof name === 'string') return host.global(module, name);
    throw faults.damaged('its pickle names an object by something that is not text');
  };
  const reduce = (callee: PickleValue, args: PickleValue): PickleValue => {
    if (callee instanceof PickleGlobal && callee.build && Array.isArray(args)) return callee.build(args);
    const name = callee instanceof PickleGlobal ? callee.name : 'something';
    throw faults.damaged(`its pickle calls ${name}, which cannot be called`);
  };

  for (;;) {
    if (reader.position - start > MAX_PICKLE_BYTES) {
      throw faults.damaged(`its pickle is longer than ${MAX_PICKLE_BYTES >> 20} MiB`);
    }
    const opcode = reader.uint8();
    const constant = readConstant(opcode, reader);
    if (constant !== undefined) {
      stack.push(constant);
      continue;
    }
    switch (opcode) {
      case OPCODE.PROTO: {
        const protocol = reader.uint8();
        if (protocol <= NEWEST_PROTOCOL) break;
        throw faults.refused(`is a pickle of protocol ${protocol}`, 'Save it again with torch.save.');
      }
      case OPCODE.FRAME:
        reader.uint64();
        break;
      case OPCODE.STOP:
        return stack.popLast();
      case OPCODE.MARK:
        stack.mark();
        break;
      case OPCODE.POP:
        stack.pop();
        break;
      case OPCODE.POP_MARK:
        stack.popMarked();
        break;
      case OPCODE.TUPLE:
        stack.push(stack.popMarked());
        break;
      case OPCODE.TUPLE1:
      case OPCODE.TUPLE2:
      case OPCODE.TUPLE3:
        stack.push(stack.popMany(opcode - OPCODE.TUPLE1 + 1));
        break;
      case OPCODE.APPEND:
        stack.appendToTop(stack.popMany(1));
        break;
      case OPCODE.APPENDS:
        stack.appendToTop(stack.popMarked());
        break;
      case OPCODE.SETITEM:
        stack.setItemsOfTop(stack.popMany(2));
        break;
      case OPCODE.SETITEMS:
        stack.setItemsOfTop(stack.popMarked());
        break;
      case OPCODE.BINPUT:
        memo.set(reader.uint8(), stack.top());
        break;
      case OPCODE.LONG_BINPUT:
        memo.set(reader.uint32(), stack.top());
        break;
      case OPCODE.MEMOIZE:
        memo.set(memo.size, stack.top());
        break;
      case OPCODE.BINGET:
        stack.push(recall(reader.uint8()));
        break;
      case OPCODE.LONG_BINGET:
        stack.push(recall(reader.uint32()));
        break;
      case OPCODE.GLOBAL:
        stack.push(findGlobal(reader.line(), reader.line()));
        break;
      case OPCODE.STACK_GLOBAL: {
        const [module, name] = stack.popMany(2);
        stack.push(findGlobal(module!, name!));
        break;
      }
      case OPCODE.BINPERSID:
        stack.push(host.persistent(stack.pop()));
        break;
      case OPCODE.REDUCE: {
        const [callee, args] = stack.popMany(2);
        stack.push(reduce(callee!, args!));
        break;
      }
      case OPCODE.BUILD:
        // Attributes of a dictionary: the versions of a state dict's modules, which have no use here.
        stack.pop();
        stack.expectDictionaryOnTop();
        break;
      default:
        throw unknownInstruction(opcode, reader.position - 1, faults);
    }
  }
}

function unknownInstruction(opcode: number, position: number, faults: CheckpointFaults): Error {
  const name = refusedOpcodeName(opcode);
  if (name === undefined) return faults.damaged(`byte ${position} of its pickle is not an instruction`);
  return faults.refused(
    `uses the pickle instruction ${name}, which a list of weights has no use for, and was not read`,
    'Use a state dict saved with torch.save.',
  );
}
