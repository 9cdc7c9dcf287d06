import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileModels, packFile } from '../../models/compile/compile.ts';
import { distPath } from '../../models/compile/dist-folder.ts';
import { attentionBiasIndex } from '../../src/inference/model/graph/attention-bias.ts';
import { expectRecorded, readManifest } from '../../models/compile/manifest.ts';
import { buildDecoder } from '../../src/inference/model/graph/decoder.ts';
import { buildStem, buildTrunk } from '../../src/inference/model/graph/encoder.ts';
import type { OnnxModel } from '../../src/inference/model/onnx/model.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { sha256 } from '../../models/compile/sources/pinned-file.ts';

describe('compiling', () => {
  it('leaves what the manifest records, and then has nothing to do', async () => {
    await compileModels();
    const { models } = readManifest();
    expect(Object.keys(models).sort()).toEqual(['fp16', 'fp32', 'int8']);
    for (const { file, sha256: recorded, bytes } of Object.values(models)) {
      const compiled = readFileSync(distPath(file));
      expect(compiled.length).toBe(bytes);
      expect(sha256(compiled)).toBe(recorded);
    }
    expect(await compileModels()).toBe('up to date');
  });

  it('refuses an output that the manifest does not record, and names it', () => {
    const { models } = readManifest();
    const changed = { ...models, int8: { ...models['int8']!, sha256: '0'.repeat(64) } };
    expect(() => expectRecorded(changed, models)).toThrow(
      expect.objectContaining({
        code: 'model-corrupt',
        message: expect.stringContaining('packs int8 are'),
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

  it('keeps shapes static: no shape arithmetic in the encoder, one Shape in the decoder', async () => {
    await compileModels();
    const { tensors } = readPack(readFileSync(distPath(packFile('int8'))));
    const shapeNodes = ({ graph }: OnnxModel) =>
      graph.nodes.filter(({ opType }) => opType === 'Shape').length;
    const encoder = [...buildStem(tensors, { width: 1024, height: 704 }), ...buildTrunk(tensors)];
    expect(encoder.map(shapeNodes)).toEqual(encoder.map(() => 0));
    expect(shapeNodes(buildDecoder(tensors, { exactGelu: false }))).toBe(1);
  });
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
