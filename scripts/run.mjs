import { spawn } from 'node:child_process';
import { browserPath, setUp, ROOT } from './setup.mjs';
import { reportAndExit, step } from './step.mjs';

/** `node scripts/run.mjs TASK ...args`: set up, build what it needs, and run what an npm script names. */
const TASKS = {
  build: { bundles: ['buildAll'] },
  'package:vscode': { bundles: ['packageVscode'] },
  demo: { bundles: ['buildFigmaMain', 'buildUi', 'buildWorkbench'], program: 'dist/workbench/demo.mjs' },
  workbench: {
    bundles: ['buildFigmaMain', 'buildUi', 'buildWorkbench'],
    program: 'dist/workbench/server.mjs',
  },
  bench: { bundles: ['buildUi', 'buildBench'], program: 'dist/bench/main.mjs', browser: true },
  'bench:precisions': { bundles: ['buildBench'], program: 'dist/bench/compare-precisions.mjs' },
  'bench:quality': { bundles: ['buildBench'], program: 'dist/bench/results.mjs' },
  'bench:everything': { bundles: ['buildBench'], program: 'dist/bench/everything.mjs' },
  'bench:quantization': { bundles: ['buildBench'], program: 'dist/bench/quantization.mjs' },
  'bench:session': { bundles: ['buildUi', 'buildBench'], program: 'dist/bench/session.mjs', browser: true },
  screenshots: {
    bundles: ['buildFigmaMain', 'buildUi', 'buildWorkbench'],
    program: 'node_modules/vitest/vitest.mjs',
    programArgs: ['run', '--root', ROOT, '--reporter=verbose', 'test/browser/ui-states.test.ts'],
    browser: true,
  },
  cutout: { bundles: ['buildCli'], program: 'dist/cli/cutout.mjs' },
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(TASKS, name)) {
  process.stderr.write(`Unknown task "${name}": one of ${Object.keys(TASKS).join(', ')}.\n`);
  process.exit(2);
}
const { bundles, program, programArgs = [], browser = false } = TASKS[name];

try {
  await setUp({ browser });
  const build = await import('../build.mjs');
  await step('Build', () => Promise.all(bundles.map((bundle) => build[bundle]())));
} catch (thrown) {
  reportAndExit(thrown);
}

if (program) {
  // Paths among the arguments are the caller's: npm changes into the package, INIT_CWD is where it was called.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(
    process.execPath,
    [new URL(program, `file://${ROOT}`).pathname, ...programArgs, ...args],
    {
      cwd,
      stdio: 'inherit',
      env: { ...process.env, ...(browser && { CHROMIUM_PATH: browserPath() }) },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
