import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GRID_CELLS, GRID_CHANNELS } from './grid.ts';

/** A scene as the head sees it, and what it should say. */
export interface EncodedScene {
  /** [cells, channels], row-major: means of 2 x 2 cells of the embedding. */
  embedding: Float32Array;
  /** [cells], 0..1: the share of a cell that is the subject; -1 beyond the image. */
  subject: Float32Array;
}

export function hasScene(folder: string, name: string): boolean {
  return existsSync(join(folder, `${name}.f32`));
}

export function writeScene(folder: string, name: string, { embedding, subject }: EncodedScene): void {
  mkdirSync(folder, { recursive: true });
  const values = new Float32Array(embedding.length + subject.length);
  values.set(embedding);
  values.set(subject, embedding.length);
  const path = join(folder, `${name}.f32`);
  // A file appears complete or not at all.
  writeFileSync(`${path}.partial`, new Uint8Array(values.buffer));
  renameSync(`${path}.partial`, path);
}

export function readScene(folder: string, name: string): EncodedScene {
  const bytes = Uint8Array.from(readFileSync(join(folder, `${name}.f32`)));
  const values = new Float32Array(bytes.buffer);
  const split = GRID_CELLS * GRID_CHANNELS;
  return { embedding: values.subarray(0, split), subject: values.subarray(split) };
}
