import { parseArgs } from 'node:util';
import { EDITABLE_DETAIL, EXACT_DETAIL, type Prompt } from '../../shared/engine-contract.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import { TinyCutError } from '../../shared/errors.ts';
import { EDGE_HELP, EDGE_OPTIONS, parseEdge, parseShare, refuseEdge } from './edge-arguments.ts';
import { joinNegativeValues, parsePrompt, PROMPT_HELP, PROMPT_OPTIONS } from './prompt-arguments.ts';

export const HELP = `Cuts an object out of images, or splits them into layers. Nothing leaves this machine.

  npm run cutout -- photo.jpg --point x,y [--point -x,y ...] [--box x,y,w,h] [-o out/]
  npm run cutout -- photo.jpg --subject [-o out/]
  npm run cutout -- photo.jpg --everything [--detail 0.5] [-o out/]

Each image gives three files: NAME-cutout.png (the object on transparency, trimmed), NAME-mask.png (grey, as large
as the image) and NAME-mask.svg (its outline). Several images and patterns such as 'photos/*.jpg' are cut with the
same marks. With --subject what each image is about is found without any.

With --everything an image gives a PNG for each layer (01.png, 02.png, ..., from the largest on, and background.png),
layers.svg with all outlines, and layers.json, which says where each PNG lies. Over one another, from background.png on,
they are the image again. Of several images, each gets a folder of its name in the folder for the files.

${PROMPT_HELP}
  --subject           what the image is about: its background goes
  --everything        all that is found in the image, as layers
  --detail d          from 0, a few large layers, to 1, all that was found; 0.5 when left out
  --outline d         nodes of the SVG: "editable", "exact", or from 0, few, to 1, exact; "editable" when left out
${EDGE_HELP}
  -o, --out folder    where the files go; made when it is missing; "out" when left out
  -h, --help          this text

Exit status: 0 all done, 1 some image failed, 2 bad arguments.
`;

export type CutoutArguments =
  | { kind: 'help' }
  | {
      kind: 'cutout';
      patterns: string[];
      prompt: Prompt;
      edge: EdgeSettings | null;
      outlineDetail: number;
      outFolder: string;
    }
  | {
      kind: 'subject';
      patterns: string[];
      edge: EdgeSettings | null;
      outlineDetail: number;
      outFolder: string;
    }
  | { kind: 'everything'; patterns: string[]; detail: number; outlineDetail: number; outFolder: string };

const DEFAULT_DETAIL = 0.5;

/** @throws TinyCutError `bad-argument` with one sentence that names what is wrong */
export function parseCutoutArguments(args: readonly string[]): CutoutArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (positionals.length === 0) {
    throw new TinyCutError('bad-argument', 'Name at least one image file; --help shows how.');
  }
  const files = { patterns: positionals, outFolder: values.out, outlineDetail: parseOutline(values.outline) };
  if (values.subject && values.everything) {
    throw new TinyCutError('bad-argument', '--subject and --everything are two different things.');
  }
  if (!values.everything) {
    if (values.detail !== undefined) {
      throw new TinyCutError('bad-argument', '--detail goes with --everything.');
    }
    if (values.subject) {
      refuseMarks('--subject', values);
      return { kind: 'subject', ...files, edge: parseEdge(values) };
    }
    return { kind: 'cutout', ...files, edge: parseEdge(values), prompt: parsePrompt(values) };
  }
  refuseMarks('--everything', values);
  refuseEdge(values);
  return { kind: 'everything', ...files, detail: parseDetail(values.detail) };
}

const OUTLINE_NAMES: Readonly<Record<string, number>> = { editable: EDITABLE_DETAIL, exact: EXACT_DETAIL };

function parseOutline(value: string | undefined): number {
  if (value === undefined) return EDITABLE_DETAIL;
  const detail = OUTLINE_NAMES[value] ?? (/^[\d.]+$/.test(value) ? Number(value) : NaN);
  if (detail >= 0 && detail <= 1) return detail;
  throw new TinyCutError(
    'bad-argument',
    `--outline ${value} is not "editable", "exact" or a number from 0 to 1.`,
  );
}

function refuseMarks(option: string, { point, box }: { point?: string[]; box?: string[] }): void {
  if (point || box) throw new TinyCutError('bad-argument', `${option} needs no --point and no --box.`);
}

function parseDetail(value: string | undefined): number {
  return value === undefined ? DEFAULT_DETAIL : parseShare('--detail', value);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegativeValues(args),
      allowPositionals: true,
      options: {
        ...PROMPT_OPTIONS,
        subject: { type: 'boolean', default: false },
        everything: { type: 'boolean', default: false },
        detail: { type: 'string' },
        outline: { type: 'string' },
        ...EDGE_OPTIONS,
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
