import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

let built: Promise<string> | null = null;

/** The main process as Figma gets it, made from the sources as they are now, once per test file. */
export function buildMain(): Promise<string> {
  built ??= build({
    entryPoints: [fileURLToPath(new URL('../../src/plugin/figma/main.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    target: 'es2017',
    write: false,
  }).then(({ outputFiles: [main] }) => main!.text);
  return built;
}
