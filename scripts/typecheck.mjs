import { run } from './setup.mjs';
import { reportAndExit } from './step.mjs';

/** Each room has its own tsconfig, so that no runtime sees another's globals. */
const ROOMS = [
  'src/shared',
  'src/inference',
  'src/plugin/figma',
  'src/plugin/cli',
  'src/plugin/vscode',
  'src/ui',
  'models',
  'bench',
  'workbench',
  'test',
];

try {
  for (const room of ROOMS) {
    run('npx', ['--no-install', 'tsc', '-p', room]);
  }
} catch (thrown) {
  reportAndExit(thrown);
}
