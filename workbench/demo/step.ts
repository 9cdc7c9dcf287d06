/** Runs one step and prints its name and time, in the layout of the set-up's own steps. */
export async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name.padEnd(34, '.')} ${seconds.padStart(6)} s`);
  return result;
}
