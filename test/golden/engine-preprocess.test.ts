import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { modelSizeOf, toModelInput } from '../../src/inference/preprocess.ts';
import { resizeRgb } from '../../src/inference/resample.ts';
import { toModelPoint } from '../../src/inference/prompt/prompt-tokens.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { sharedFolder } from '../shared-folder.ts';
import { engineReference } from './engine-reference.ts';

const reference = sharedFolder('reference');

describe.skipIf(reference.missing)(`preprocessing against the reference${reference.label}`, () => {
  it.each(Object.entries(engineReference()))(
    '%s: the resized image and the model input',
    async (_, photo) => {
      const image = await sharpImageCodec.decode(readFileSync(reference.path + photo.file), 'jpeg');
      const [height, width] = photo.size_hw;
      expect([image.height, image.width]).toEqual([height, width]);
      const modelSizePx = modelSizeOf(image);
      expect([modelSizePx.height, modelSizePx.width]).toEqual(photo.resized.hw);

      const rgb = Uint8Array.from(
        { length: width * height * 3 },
        (_, i) => image.data[Math.floor(i / 3) * 4 + (i % 3)]!,
      );
      const resized = resizeRgb(
        (y, row) => row.set(rgb.subarray(y * width * 3, (y + 1) * width * 3)),
        image,
        modelSizePx,
      );
      const expected = await sharp(reference.path + photo.resized.file)
        .removeAlpha()
        .raw()
        .toBuffer();
      // To the bit, since both decoders give the same pixels.
      expect(createHash('sha256').update(rgb).digest('hex')).toBe(photo.rgb_sha256_cv2_decode);
      expect(Buffer.compare(resized, expected)).toBe(0);

      const { values: input } = toModelInput(image, { width: 1024, height: 1024 });
      const [mean, std] = [
        [123.675, 116.28, 103.53],
        [58.395, 57.12, 57.375],
      ];
      let maxInputDifference = 0;
      for (let channel = 0; channel < 3; channel++) {
        for (let y = 0; y < 1024; y++) {
          for (let x = 0; x < 1024; x++) {
            const inside = x < modelSizePx.width && y < modelSizePx.height;
            const value = inside
              ? (expected[(y * modelSizePx.width + x) * 3 + channel]! - mean![channel]!) / std![channel]!
              : 0;
            maxInputDifference = Math.max(
              maxInputDifference,
              Math.abs(value - input[(channel * 1024 + y) * 1024 + x]!),
            );
          }
        }
      }
      expect(maxInputDifference).toBeLessThan(1e-6);
    },
  );

  it.each(Object.entries(engineReference()))('%s: points on the model square', (_, photo) => {
    const [height, width] = photo.size_hw;
    const [modelHeight, modelWidth] = photo.resized.hw;
    const geometry = {
      imageSizePx: { width, height },
      modelSizePx: { width: modelWidth, height: modelHeight },
    };
    for (const { points, model_points } of photo.prompts) {
      points?.forEach(([x, y], i) => {
        const modelPoint = toModelPoint({ x, y }, geometry);
        expect(modelPoint.x).toBeCloseTo(model_points![i]![0], 3);
        expect(modelPoint.y).toBeCloseTo(model_points![i]![1], 3);
      });
    }
  });
});
