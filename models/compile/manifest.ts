import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { TinyCutError } from '../../src/shared/errors.ts';

/** `models/manifest.json`: where every weight comes from, and what exactly the compiler makes of it. */

const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a sha256'));
const bytesSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const portSchema = v.object({
  name: v.string(),
  /** A name stands for a free dimension. */
  shape: v.array(v.union([v.number(), v.string()])),
});

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
  /** How large weights are stored; all compute in float32. */
  precision: v.picklist(['float32', 'float16']),
  sha256: sha256Schema,
  bytes: bytesSchema,
  inputs: v.array(portSchema),
  outputs: v.array(portSchema),
});
export type CompiledModel = v.InferOutput<typeof modelSchema>;

const manifestSchema = v.object({
  sources: v.record(v.string(), sourceSchema),
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
  // Shapes on one line, as the formatter wants them.
  const json = JSON.stringify(manifest, null, 2).replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, items: string) => {
    return `[${items.split(/,\s+/).join(', ')}]`;
  });
  writeFileSync(MANIFEST_PATH, `${json}\n`);
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
    `The compiled models ${differing.join(', ')} are not those that models/manifest.json records. If the ` +
      'compiler was changed on purpose, run: npm run model -- --update-manifest',
  );
}
