import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StepFailure, step } from './step.mjs';

/**
 * Brings a fresh clone to where things run: packages, compiled models, and, for tests, a browser. Each part is
 * skipped when it is already there. Uses nothing but Node itself, since it runs before anything is installed.
 */

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const LOCK_STAMP = inRoot('node_modules/.tinycut-lock-sha256');

export async function setUp({ browser = false } = {}) {
  if (!packagesAreCurrent()) await step('Install npm packages', installPackages);
  // The compiler itself knows whether its output is current; this is quick when it is.
  await step('Compile the model', () => run('npx', ['--no-install', 'tsx', 'models/compile/main.ts']));
  if (browser && !browserPath()) await step('Install Chromium', installChromium);
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
}

function packagesAreCurrent() {
  return existsSync(LOCK_STAMP) && readFileSync(LOCK_STAMP, 'utf8') === lockHash();
}

function installPackages() {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(LOCK_STAMP, lockHash());
}

/** Where Chromium is, or null. CHROMIUM_PATH names one that is not in the usual place. */
export function browserPath() {
  const places = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return places.find((place) => place && existsSync(place)) ?? null;
}

function installChromium() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    throw new StepFailure(
      'The browser tests need Chromium: install it and set CHROMIUM_PATH to its program file.',
    );
  }
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation']);
  if (!browserPath())
    throw new StepFailure('Chromium was installed but /usr/bin/chromium is not there: set CHROMIUM_PATH.');
}

/** Runs a program silently; what it printed is shown only when it fails. */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (done.status === 0) return done.stdout;
  const output = [done.stdout, done.stderr, done.error?.message].filter(Boolean).join('\n').trim();
  throw new StepFailure(
    `\`${[program, ...args].join(' ')}\` failed:\n${output.split('\n').slice(-40).join('\n')}`,
  );
}
