import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { ROOT, browserPath, run, setUp } from './setup.mjs';
import { reportAndExit, step } from './step.mjs';

/**
 * `npm test`: set-up, build, types, lint, then every test. Arguments go on to vitest (`npm test -- test/unit`).
 * The last line is `N passed, N failed`, for whoever reads logs.
 */
const REPORT = 'test/output/report.json';

try {
  await setUp({ browser: true });
  const { buildAll } = await import('../build.mjs');
  await step('Build', buildAll);
  await step('Check types', () => run('node', ['scripts/typecheck.mjs']));
  await step('Lint', () => run('npm', ['run', '--silent', 'lint']));
} catch (thrown) {
  reportAndExit(thrown);
}

mkdirSync('test/output', { recursive: true });
const vitest = spawnSync(
  'npx',
  [
    '--no-install',
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: browserPath() } },
);

const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
  readFileSync(REPORT, 'utf8'),
);
// A file that fails to load has no failed test to count.
const failed = numFailedTests || (vitest.status === 0 ? 0 : Math.max(1, numFailedTestSuites));
process.stdout.write(
  `${numPassedTests} passed, ${failed} failed${numPendingTests ? `, ${numPendingTests} skipped` : ''}\n`,
);
process.exit(vitest.status ?? 1);
