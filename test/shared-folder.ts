import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Reference outputs and evaluation images live beside the checkout, since their licences keep them out of it.
 * A test that needs them takes `describe.skipIf(missing)`: the skip and its reason show in the test's name.
 */
export function sharedFolder(name: 'reference' | 'eval'): { path: string; missing: boolean; label: string } {
  const path = fileURLToPath(new URL(`../../shared/${name}/`, import.meta.url));
  const missing = !existsSync(path);
  return { path, missing, label: missing ? ` (skipped: ../shared/${name} is not here)` : '' };
}
