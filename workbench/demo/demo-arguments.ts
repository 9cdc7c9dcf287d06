import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  joinNegativeValues,
  parsePrompt,
  PROMPT_HELP,
  PROMPT_OPTIONS,
} from '../../src/plugin/cli/prompt-arguments.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import { TinyCutError } from '../../src/shared/errors.ts';

export const HELP = `Runs TinyCut without a window: a photo on a canvas, the plugin beside it, the object cut out.

  npm run demo                                     on a photo that comes with TinyCut
  npm run demo -- photo.jpg --point 420,310 [--box 100,80,500,620]

Writes out/cutout.png, out/mask.png, out/mask.svg and out/canvas.png, a picture of the document afterwards.

  npm run demo -- --everything [photo.jpg]         the photo split into layers

Writes out/layers.png, a picture of the layers pulled apart.

${PROMPT_HELP}
`;

export interface ObjectDemo {
  kind: 'object';
  file: string;
  prompt: Prompt;
  outFolder: string;
}

export interface LayersDemo {
  kind: 'everything';
  file: string;
  outFolder: string;
}

/** The red bowl, off its centre, where the fig lies. */
const SAMPLE_PROMPT: Prompt = {
  points: [{ x: 1300, y: 480, label: 1 }],
  box: null,
  previousLogits: null,
};

/** @throws TinyCutError `bad-argument` with one sentence that names what is wrong */
export function parseDemoArguments(args: readonly string[]): ObjectDemo | LayersDemo | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length > 1) {
    throw new TinyCutError('bad-argument', `The demo takes one photo, not ${positionals.length}.`);
  }
  const [file] = positionals;
  const isMarked = values.point !== undefined || values.box !== undefined;
  // This file is built into dist/workbench/demo.mjs.
  const sample = fileURLToPath(new URL('../../samples/bowl.jpg', import.meta.url));
  if (values.everything) {
    if (isMarked) throw new TinyCutError('bad-argument', '--everything needs no --point and no --box.');
    return { kind: 'everything', file: file ?? sample, outFolder: 'out' };
  }
  if (file !== undefined) return { kind: 'object', file, prompt: parsePrompt(values), outFolder: 'out' };
  if (isMarked) throw new TinyCutError('bad-argument', 'Name the photo that --point and --box refer to.');
  return { kind: 'object', file: sample, prompt: SAMPLE_PROMPT, outFolder: 'out' };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegativeValues(args),
      allowPositionals: true,
      options: {
        ...PROMPT_OPTIONS,
        everything: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (thrown) {
    const [firstSentence] = (thrown as Error).message.split(/\.?\s*(?:\. |\n|$)/);
    throw new TinyCutError('bad-argument', `${firstSentence}; --help shows the options.`);
  }
}
