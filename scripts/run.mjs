import { spawn } from 'node:child_process';
import { setUp, ROOT } from './setup.mjs';
import { reportAndExit, step } from './step.mjs';

/** `node scripts/run.mjs TASK ...args`: set up, build, and run what an npm script names. */
const PROGRAMS = {
  build: null,
  demo: 'dist/workbench/demo.mjs',
  workbench: 'dist/workbench/server.mjs',
  cutout: 'dist/cli/cutout.mjs',
};

const [task, ...args] = process.argv.slice(2);
if (!Object.hasOwn(PROGRAMS, task)) {
  process.stderr.write(`Unknown task "${task}": one of ${Object.keys(PROGRAMS).join(', ')}.\n`);
  process.exit(2);
}

try {
  await setUp();
  const { buildAll } = await import('../build.mjs');
  await step('Build', buildAll);
} catch (thrown) {
  reportAndExit(thrown);
}

const program = PROGRAMS[task];
if (program) {
  // Paths among the arguments are the caller's: npm changes into the package, INIT_CWD is where it was called.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(process.execPath, [new URL(program, `file://${ROOT}`).pathname, ...args], {
    cwd,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
