import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { TinyCutError } from '../../src/shared/errors.ts';

/** `models/manifest.json`: where every weight comes from, and what exactly the compiler makes of it. */

const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a sha256'));
const bytesSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const sourceSchema = v.object({
  package: v.string(),
  version: v.string(),
  url: v.pipe(v.string(), v.url()),
  licence: v.string(),
  /** What these weights are, and are not. */
  provenance: v.string(),
  files: v.array(v.object({ path: v.string(), sha256: sha256Schema, bytes: bytesSchema })),
});
export type ModelSource = v.InferOutput<typeof sourceSchema>;

const modelSchema = v.object({
  /** In `models/dist`. */
  file: v.string(),
  source: v.string(),
  licence: v.string(),
  sha256: sha256Schema,
  bytes: bytesSchema,
});
export type CompiledModel = v.InferOutput<typeof modelSchema>;

const manifestSchema = v.object({
  sources: v.record(v.string(), sourceSchema),
  /** By precision. */
  models: v.record(v.string(), modelSchema),
});
export type ModelManifest = v.InferOutput<typeof manifestSchema>;

const MANIFEST_PATH = new URL('../manifest.json', import.meta.url);

/** @throws TinyCutError `model-corrupt` naming the first fault of the file. */
export function readManifest(): ModelManifest {
  const fault = (what: string) =>
    new TinyCutError('model-corrupt', `models/manifest.json ${what}. Restore it from version control.`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(MANIFEST_PATH, 'utf8'));
  } catch (thrown) {
    throw fault(`cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw fault(`is not valid at ${v.getDotPath(issue) ?? 'its root'}: ${issue.message}`);
}

export function writeManifest(manifest: ModelManifest): void {
  writeFileSync(MANIFEST_PATH, `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The compiler is deterministic, so another hash means that it, or the manifest, was changed.
 *
 * @throws TinyCutError `model-corrupt` that names the models that differ.
 */
export function expectRecorded(
  compiled: Readonly<Record<string, CompiledModel>>,
  recorded: Readonly<Record<string, CompiledModel>>,
): void {
  const differing = Object.keys({ ...compiled, ...recorded }).filter(
    (name) => compiled[name]?.sha256 !== recorded[name]?.sha256,
  );
  if (differing.length === 0) return;
  throw new TinyCutError(
    'model-corrupt',
    `The weight packs ${differing.join(', ')} are not those that models/manifest.json records. If the ` +
      'compiler was changed on purpose, run: npm run model -- --update-manifest',
  );
}
