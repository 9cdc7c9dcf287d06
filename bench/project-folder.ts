import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Sources in `bench/` and what they are built to in `dist/bench/` are differently deep below the project's root. */
const root = nearestWithPackageJson(dirname(fileURLToPath(import.meta.url)));

/** @param path relative to the project's root, with slashes */
export function projectPath(path: string): string {
  return join(root, path);
}

function nearestWithPackageJson(folder: string): string {
  const parent = dirname(folder);
  return existsSync(join(folder, 'package.json')) || parent === folder
    ? folder
    : nearestWithPackageJson(parent);
}
