import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileModels } from '../../models/compile/compile.ts';
import { distPath } from '../../models/compile/dist-folder.ts';
import { attentionBiasIndex } from '../../models/compile/graph/attention-bias.ts';
import { expectRecorded, readManifest } from '../../models/compile/manifest.ts';
import { readModel } from '../../models/compile/onnx/read-model.ts';
import { sha256 } from '../../models/compile/sources/pinned-file.ts';

describe('compiling', () => {
  it('leaves what the manifest records, and then has nothing to do', () => {
    compileModels();
    const { models } = readManifest();
    expect(Object.keys(models).sort()).toEqual([
      'decoder.fp16',
      'decoder.fp32',
      'encoder.fp16',
      'encoder.fp32',
    ]);
    for (const { file, sha256: recorded, bytes } of Object.values(models)) {
      const compiled = readFileSync(distPath(file));
      expect(compiled.length).toBe(bytes);
      expect(sha256(compiled)).toBe(recorded);
    }
    expect(compileModels()).toBe('up to date');
  });

  it('refuses an output that the manifest does not record, and names it', () => {
    const { models } = readManifest();
    const changed = { ...models, 'decoder.fp16': { ...models['decoder.fp16']!, sha256: '0'.repeat(64) } };
    expect(() => expectRecorded(changed, models)).toThrow(
      expect.objectContaining({
        code: 'model-corrupt',
        message: expect.stringContaining('models decoder.fp16 are'),
      }),
    );
    expect(() => expectRecorded(models, models)).not.toThrow();
  });

  it('says honestly whose weights they are', () => {
    const { sources, models } = readManifest();
    for (const { source, licence } of Object.values(models)) {
      const { package: name, version, licence: sourceLicence, provenance } = sources[source.split('@')[0]!]!;
      expect(source).toBe(`${name}@${version}`);
      expect(licence).toBe(sourceLicence);
      expect(provenance).toMatch(/not those that TinySAM's authors published/);
    }
  });

  it('keeps shapes static: no shape arithmetic in the encoder, one Shape in the decoder', () => {
    compileModels();
    const shapeNodes = (file: string) =>
      readModel(readFileSync(distPath(file))).graph.nodes.filter(({ opType }) => opType === 'Shape').length;
    expect(shapeNodes('encoder.fp32.onnx')).toBe(0);
    expect(shapeNodes('decoder.fp32.onnx')).toBe(1);
  });
});

it('builds graphs without Node, as a browser must', async () => {
  const entry = (path: string) => fileURLToPath(new URL(`../../models/compile/${path}`, import.meta.url));
  const { errors } = await build({
    entryPoints: ['graph/encoder.ts', 'graph/decoder.ts', 'onnx/write-model.ts'].map(entry),
    bundle: true,
    write: false,
    outdir: 'unused',
    platform: 'browser',
    format: 'esm',
    logLevel: 'silent',
  });
  expect(errors).toEqual([]);
});

it('indexes attention biases in the order in which TinyViT collects them', () => {
  // As the reference does it: offsets get numbers as they are first met, over all pairs of a window's points.
  for (const window of [7, 14]) {
    const points = Array.from(
      { length: window ** 2 },
      (_, i) => [Math.floor(i / window), i % window] as const,
    );
    const numbers = new Map<string, number>();
    const expected = points.flatMap(([row, column]) =>
      points.map(([otherRow, otherColumn]) => {
        const offset = `${Math.abs(row - otherRow)},${Math.abs(column - otherColumn)}`;
        if (!numbers.has(offset)) numbers.set(offset, numbers.size);
        return numbers.get(offset)!;
      }),
    );
    expect([...attentionBiasIndex(window)]).toEqual(expected);
  }
});
