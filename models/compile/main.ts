import { gzipSync } from 'node:zlib';
import { toTinyCutError, TinyCutError } from '../../src/shared/errors.ts';
import { compileModels } from './compile.ts';

/** `npm run model [-- --update-manifest]`: compiles the models into `models/dist`, unless they are there. */

const UPDATE_MANIFEST = '--update-manifest';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2).padStart(6)} MB`;

try {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => arg !== UPDATE_MANIFEST);
  if (unknown) {
    throw new TinyCutError('bad-argument', `Unknown option ${unknown}: the only one is ${UPDATE_MANIFEST}.`);
  }
  const compiled = compileModels({ updateManifest: args.includes(UPDATE_MANIFEST) });
  if (compiled === 'up to date') console.log('The models are up to date.');
  else {
    for (const [file, bytes] of compiled) {
      const packed = gzipSync(bytes, { level: 9 }).length;
      console.log(`models/dist/${file.padEnd(18)} ${megabytes(bytes.length)}, gzip ${megabytes(packed)}`);
    }
  }
} catch (thrown) {
  console.error(toTinyCutError(thrown).message);
  process.exitCode = 1;
}
