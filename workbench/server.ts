import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveWorkbench, WorkbenchFailure } from './serve-workbench.ts';

/** `npm run workbench [-- --port 4177]`: serves the built workbench until it is stopped. */

const DEFAULT_PORT = 4177;

function portFrom(args: string[]): number {
  let given: string | undefined;
  try {
    given = parseArgs({ args, options: { port: { type: 'string' } } }).values.port;
  } catch (thrown) {
    throw new WorkbenchFailure(`${(thrown as Error).message}. The only option is --port NUMBER.`);
  }
  if (given === undefined) return DEFAULT_PORT;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new WorkbenchFailure(`--port must be a whole number from 0 to 65535, not "${given}".`);
  }
  return port;
}

try {
  // This file is built to dist/workbench/server.mjs.
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { url } = await serveWorkbench({ root, port: portFrom(process.argv.slice(2)) });
  console.log(`TinyCut workbench: ${url}  (Ctrl-C stops it)`);
} catch (thrown) {
  if (!(thrown instanceof WorkbenchFailure)) throw thrown;
  console.error(thrown.message);
  process.exitCode = 1;
}
