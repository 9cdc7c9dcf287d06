import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT, browserPath, run, setUp } from './setup.mjs';
import { StepFailure, reportAndExit, step } from './step.mjs';

/**
 * `npm run test:vscode-desktop`: the packaged extension in a VS Code whose extension host is a Node process. Too heavy for
 * `npm test`: it installs code-server with the Node that it asks for, some 700 MB, into `out/code-server`, once.
 */
const CODE_SERVER_VERSION = '4.139.1';
const NODE_VERSION = '24';
/** Compiled here; the others of its native modules are for what the test does not use, and want more than a compiler. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/deviceid'];

const FOLDER = join(ROOT, 'out/code-server');
const SERVER = join(FOLDER, 'node_modules/code-server/lib/vscode');
/** Says which versions were installed, and that it went to the end. */
const STAMP = join(FOLDER, 'installed.txt');
const INSTALLED = `code-server ${CODE_SERVER_VERSION}, node ${NODE_VERSION}\n`;
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
const env = { ...process.env, PATH: join(FOLDER, 'node_modules/node/bin') + delimiter + process.env.PATH };

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === INSTALLED;
}

/** Looked for before hundreds of megabytes are fetched: what node-gyp says without them is hard to read. */
function requireCompiler() {
  const isMissing = (program) => spawnSync(program, ['--version']).error !== undefined;
  const missing = ['make', process.env.CXX ?? 'g++', 'python3'].filter(isMissing);
  if (missing.length === 0) return;
  throw new StepFailure(
    `code-server has modules that are compiled here, and ${missing.join(', ')} cannot be run. Install a C++ compiler, make and ` +
      'Python 3 (Debian: `apt-get install build-essential python3`, macOS: `xcode-select --install`) and run this again.',
  );
}

function installCodeServer() {
  mkdirSync(FOLDER, { recursive: true });
  run('npm', ['install', '--prefix', FOLDER, ...QUIET, `node@${NODE_VERSION}`]);
  const withoutScripts = ['install', '--ignore-scripts', ...QUIET];
  run('npm', [...withoutScripts, '--prefix', FOLDER, `code-server@${CODE_SERVER_VERSION}`], { env });
  run('npm', [...withoutScripts, '--omit=dev'], { env, cwd: SERVER });
  run('npm', ['rebuild', ...NATIVE_MODULES], { env, cwd: SERVER });
  writeFileSync(STAMP, INSTALLED);
}

let vsix;
try {
  if (!isInstalled()) requireCompiler();
  await setUp({ browser: true });
  const { packageVscode } = await import('../build.mjs');
  vsix = await step('Package the extension', packageVscode);
  if (!isInstalled()) await step('Install code-server', installCodeServer);
} catch (thrown) {
  reportAndExit(thrown);
}

const vitest = spawnSync(
  'npx',
  ['--no-install', 'vitest', 'run', '--config', 'vitest.desktop.config.ts', ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM_PATH: browserPath(), TINYCUT_VSIX: vsix },
  },
);
process.exit(vitest.status ?? 1);
