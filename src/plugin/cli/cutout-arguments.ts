import { parseArgs } from 'node:util';
import type { Prompt } from '../../shared/engine-contract.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { joinNegativeValues, parsePrompt, PROMPT_HELP, PROMPT_OPTIONS } from './prompt-arguments.ts';

export const HELP = `Cuts an object out of images. Nothing leaves this machine.

  npm run cutout -- photo.jpg --point x,y [--point -x,y ...] [--box x,y,w,h] [-o out/]

Each image gives three files: NAME-cutout.png (the object on transparency, trimmed), NAME-mask.png (grey, as large
as the image) and NAME-mask.svg (its outline). Several images and patterns such as 'photos/*.jpg' are cut with the
same marks.

${PROMPT_HELP}
  -o, --out folder    where the files go; made when it is missing; "out" when left out
  -h, --help          this text

Exit status: 0 all done, 1 some image failed, 2 bad arguments.
`;

export type CutoutArguments =
  { kind: 'help' } | { kind: 'cutout'; patterns: string[]; prompt: Prompt; outFolder: string };

/** @throws TinyCutError `bad-argument` with one sentence that names what is wrong */
export function parseCutoutArguments(args: readonly string[]): CutoutArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (positionals.length === 0) {
    throw new TinyCutError('bad-argument', 'Name at least one image file; --help shows how.');
  }
  return { kind: 'cutout', patterns: positionals, prompt: parsePrompt(values), outFolder: values.out };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegativeValues(args),
      allowPositionals: true,
      options: {
        ...PROMPT_OPTIONS,
        out: { type: 'string', short: 'o', default: 'out' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (thrown) {
    // Node goes on with advice that fits no option of ours.
    const [firstSentence] = (thrown as Error).message.split(/\.?[\s]*(?:\. |\n|$)/);
    throw new TinyCutError('bad-argument', `${firstSentence}; --help shows the options.`);
  }
}
