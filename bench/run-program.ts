import { StatusLine } from '../src/plugin/cli/status-line.ts';
import { TinyCutError, toTinyCutError } from '../src/shared/errors.ts';

const EXIT_FAILED = 1;
const EXIT_BAD_ARGUMENTS = 2;

/** Runs one of the bench's programs: what it throws becomes a sentence on stderr and the exit code. */
export async function runProgram<Arguments>(
  parse: (args: readonly string[]) => Arguments,
  run: (parsed: Arguments, status: StatusLine) => Promise<void>,
): Promise<void> {
  const status = new StatusLine(process.stdout, process.stderr);
  let parsed: Arguments;
  try {
    parsed = parse(process.argv.slice(2));
  } catch (thrown) {
    status.printError(toTinyCutError(thrown).message);
    process.exitCode = EXIT_BAD_ARGUMENTS;
    return;
  }
  try {
    await run(parsed, status);
  } catch (thrown) {
    status.printError(thrown instanceof TinyCutError ? thrown.message : String((thrown as Error).stack));
    process.exitCode = EXIT_FAILED;
  }
}
