/**
 * Runs one step and prints its name and time, so that a wait is never silent.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const startedAt = performance.now();
  const result = await work();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${name.padEnd(34, '.')} ${seconds.padStart(6)} s\n`);
  return result;
}

/** A failure that the user can act on: printed as one sentence, without a stack. */
export class StepFailure extends Error {}

/** @param {any} thrown */
export function reportAndExit(thrown) {
  process.stderr.write(`${thrown instanceof StepFailure ? thrown.message : (thrown?.stack ?? thrown)}\n`);
  process.exit(1);
}
