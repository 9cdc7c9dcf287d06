import { TinyCutError, toTinyCutError } from '../src/shared/errors.ts';
import { HELP, parseDemoArguments } from './demo/demo-arguments.ts';
import { showLayers } from './demo/show-layers.ts';
import { showObject } from './demo/show-object.ts';

/** `npm run demo`: the main jobs from a photo to layers on a canvas, without a window. See HELP. */

const EXIT_FAILED = 1;
const EXIT_BAD_ARGUMENTS = 2;

async function main(args: readonly string[]): Promise<number> {
  try {
    const parsed = parseDemoArguments(args);
    if (parsed === 'help') process.stdout.write(HELP);
    else await (parsed.kind === 'everything' ? showLayers(parsed) : showObject(parsed));
    return 0;
  } catch (thrown) {
    const error = toTinyCutError(thrown);
    console.error(error.code === 'internal' && !(thrown instanceof TinyCutError) ? thrown : error.message);
    return error.code === 'bad-argument' ? EXIT_BAD_ARGUMENTS : EXIT_FAILED;
  }
}

process.exitCode = await main(process.argv.slice(2));
