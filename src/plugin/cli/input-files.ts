import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';

/**
 * Expands patterns that the shell has left alone (quoted, or on Windows).
 * @param patterns file names, or globs with forward slashes
 * @returns each file once, in the order of the patterns and sorted within one, and the globs that match nothing
 */
export async function findInputFiles(
  patterns: readonly string[],
): Promise<{ files: string[]; unmatched: string[] }> {
  const files = new Map<string, string>();
  const unmatched: string[] = [];
  for (const pattern of patterns) {
    // "photo[1].jpg" is a file when it's there, and a pattern when it's not.
    const isGlob = !existsSync(pattern) && isDynamicPattern(pattern);
    const found = isGlob
      ? (await glob(pattern, { expandDirectories: false, absolute: isAbsolute(pattern) })).sort()
      : [pattern];
    if (found.length === 0) unmatched.push(pattern);
    for (const file of found) if (!files.has(resolve(file))) files.set(resolve(file), file);
  }
  return { files: [...files.values()], unmatched };
}
