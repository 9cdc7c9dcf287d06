import { TinyCutError } from '../shared/errors.ts';

const OUT_OF_MEMORY = /bad_alloc|failed to allocate|out of memory|\boom\b|allocation failed|enlarge memory/i;

/**
 * What onnxruntime-web throws, in our codes. Its messages carry no stable code for memory, so the texts are matched
 * that version 1.30 was seen to throw. A bare number is a C++ exception that it let through; the cases on record
 * were all memory.
 * @param otherwise the code for anything but memory
 */
export function runtimeFailure(
  thrown: unknown,
  otherwise: 'model-corrupt' | 'internal',
  message: string,
): TinyCutError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (typeof thrown === 'number' || OUT_OF_MEMORY.test(reason)) {
    return new TinyCutError(
      'out-of-memory',
      'There is not enough memory for this. Close other tabs or programs, or use a smaller image, and try again.',
    );
  }
  return new TinyCutError(otherwise, `${message} (${reason.trim()})`);
}
