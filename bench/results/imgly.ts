import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import { projectPath } from '../project-folder.ts';

/**
 * IMG.LY background-removal 1.4.5 (AGPL): measured, never a dependency. Its networks run in our runtime, one thread, with
 * the steps around them as the package's documentation and configuration give them.
 */

export type ImglyModel = 'small' | 'medium';

export const IMGLY_INSTALL =
  'npm install --prefix out/imgly --ignore-scripts @imgly/background-removal-data@1.4.5';

const DATA_FOLDER = 'out/imgly/node_modules/@imgly/background-removal-data/dist';
const SIDE_PX = 1024;
const MEAN = 128;
const SCALE = 256;

export class Imgly {
  private constructor(private readonly session: ort.InferenceSession) {}

  /** @returns null when the package is not there: `IMGLY_INSTALL` puts it there */
  static async open(model: ImglyModel): Promise<Imgly | null> {
    const folder = projectPath(DATA_FOLDER);
    if (!existsSync(join(folder, 'resources.json'))) return null;
    const resources = JSON.parse(readFileSync(join(folder, 'resources.json'), 'utf8')) as Record<
      string,
      { chunks: { hash: string }[] }
    >;
    const chunks = resources[`/models/${model}`]!.chunks.map(({ hash }) => readFileSync(join(folder, hash)));
    return new Imgly(
      await ort.InferenceSession.create(Buffer.concat(chunks), {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      }),
    );
  }

  /** @returns alpha 0..255 [height x width] */
  async alpha({ data, width, height }: RgbaImage): Promise<Uint8Array> {
    const planes = [0, 1, 2].map((channel) =>
      resize((x, y) => data[(y * width + x) * 4 + channel]!, { width, height }, SIDE_PX, SIDE_PX),
    );
    const values = new Float32Array(3 * SIDE_PX * SIDE_PX);
    planes.forEach((plane, channel) =>
      values.set(
        Float32Array.from(plane, (value) => (value - MEAN) / SCALE),
        channel * plane.length,
      ),
    );
    const input = new ort.Tensor('float32', values, [1, 3, SIDE_PX, SIDE_PX]);
    const { output } = await this.session.run({ input });
    const mask = Uint8Array.from(output!.data as Float32Array, (value) => value * 255);
    return resize((x, y) => mask[y * SIDE_PX + x]!, { width: SIDE_PX, height: SIDE_PX }, width, height);
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

/** Bilinear, from corner to corner, to whole numbers. */
function resize(
  valueAt: (x: number, y: number) => number,
  from: { width: number; height: number },
  width: number,
  height: number,
): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const fromY = (y * from.height) / height;
    const y1 = Math.floor(fromY);
    const y2 = Math.min(y1 + 1, from.height - 1);
    for (let x = 0; x < width; x++) {
      const fromX = (x * from.width) / width;
      const x1 = Math.floor(fromX);
      const x2 = Math.min(x1 + 1, from.width - 1);
      const [dx, dy] = [fromX - x1, fromY - y1];
      const top = valueAt(x1, y1) * (1 - dx) + valueAt(x2, y1) * dx;
      const bottom = valueAt(x1, y2) * (1 - dx) + valueAt(x2, y2) * dx;
      out[y * width + x] = Math.round(top * (1 - dy) + bottom * dy);
    }
  }
  return out;
}
