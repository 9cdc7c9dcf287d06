import { bundleFigmaMain } from '../../build.mjs';

let built: Promise<string> | null = null;

/** The main process as Figma gets it, made from the sources as they are now, once per test file. */
export function buildMain(): Promise<string> {
  return (built ??= bundleFigmaMain());
}
