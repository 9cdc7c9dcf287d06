import { TinyCutError } from '../shared/errors.ts';

const OUT_OF_MEMORY =
  /bad_alloc|failed to allocate|out of memory|\boom\b|allocation failed|enlarge memory|memory\.grow|invalid (typed )?array (buffer )?length/i;

/**
 * Whether memory ran out, in WASM or in JavaScript. Their messages carry no stable code, so the texts are matched that
 * onnxruntime-web 1.30 and the engines' RangeErrors were seen to have. A bare number is a C++ exception that
 * onnxruntime-web let through; the cases on record were all memory. So were its traps ("table index is out of bounds"):
 * what runs after an allocation has failed may find the runtime broken.
 */
export function isMemoryFailure(thrown: unknown): boolean {
  if (thrown instanceof TinyCutError) return thrown.code === 'out-of-memory';
  if (typeof thrown === 'number' || thrown instanceof WebAssembly.RuntimeError) return true;
  return OUT_OF_MEMORY.test(reasonOf(thrown));
}

export function outOfMemory(): TinyCutError {
  return new TinyCutError(
    'out-of-memory',
    'There is not enough memory for this. Close other tabs or programs, or use a smaller image, and try again.',
  );
}

/**
 * What onnxruntime-web throws, in our codes.
 * @param otherwise the code for anything but memory
 */
export function runtimeFailure(
  thrown: unknown,
  otherwise: 'model-corrupt' | 'internal',
  message: string,
): TinyCutError {
  if (isMemoryFailure(thrown)) return outOfMemory();
  return new TinyCutError(otherwise, `${message} (${reasonOf(thrown).trim()})`);
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
