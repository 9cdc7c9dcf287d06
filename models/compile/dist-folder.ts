import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledModel, ModelManifest } from './manifest.ts';
import { sha256 } from './sources/pinned-file.ts';

/** `models/dist`: the compiled models, and a stamp that tells which compiler made them. */

const DIST = new URL('../dist/', import.meta.url);
/** The compiler, and what of the engine it shares. */
const SOURCES = [new URL('./', import.meta.url), new URL('../../src/inference/model/', import.meta.url)];
const STAMP = 'compiler.sha256';
/** Of the checkpoint that `npm run model` was last given; the build prefers it. */
export const CHOSEN_PACK = 'chosen.pack';

export function distPath(file: string): string {
  return fileURLToPath(new URL(file, DIST));
}

/** True when the folder holds exactly what the manifest records, made by the compiler as it is now. */
export function distIsCurrent({ models }: ModelManifest): boolean {
  const compiled = Object.values(models);
  return (
    compiled.length > 0 && readOrNull(STAMP)?.toString() === compilerHash() && compiled.every(fileIsCurrent)
  );
}

function fileIsCurrent({ file, bytes, sha256: expected }: CompiledModel): boolean {
  const found = readOrNull(file);
  return found?.length === bytes && sha256(found) === expected;
}

function readOrNull(file: string): Buffer | null {
  try {
    return readFileSync(new URL(file, DIST));
  } catch {
    return null;
  }
}

export function writeChosenPack(pack: Uint8Array): void {
  mkdirSync(DIST, { recursive: true });
  place(CHOSEN_PACK, pack);
}

/** Several processes may compile at once: each file appears complete or not at all. */
export function writeDist(files: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(DIST, { recursive: true });
  for (const [file, bytes] of files) place(file, bytes);
  place(STAMP, compilerHash());
}

function place(file: string, bytes: Uint8Array | string): void {
  const partial = distPath(`${file}.${process.pid}.partial`);
  writeFileSync(partial, bytes);
  renameSync(partial, distPath(file));
}

/** Hash of the compiler's own sources, by path. */
function compilerHash(): string {
  const hash = createHash('sha256');
  for (const folder of SOURCES) {
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    );
    for (const path of sources.map((path) => path.replaceAll('\\', '/')).sort()) {
      hash
        .update(`${path}\0`)
        .update(readFileSync(new URL(path, folder)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}
