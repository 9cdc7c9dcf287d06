import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { readNpy } from '../npy.ts';
import { sharedFolder } from '../shared-folder.ts';

/** A mask of the reference implementation (../shared/docs/tinysam.md, last section). */
export interface ReferenceMask {
  name: string;
  geometry: MaskGeometry;
  logits: Float32Array;
  stability: number;
  /** Image-sized, 255 inside. */
  readMask(): Promise<Uint8Array>;
}

interface IndexFile {
  images: Record<
    string,
    {
      size_hw: [number, number];
      resized: { hw: [number, number] };
      prompts: {
        name: string;
        official_choice_argmax_1_3: number;
        low_logits: string;
        masks: string[];
        stability_full: number[];
      }[];
    }
  >;
}

/** The mask that the reference picks, for every prompt. */
export function referenceMasks(): ReferenceMask[] {
  const { path } = sharedFolder('reference');
  const index = JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')) as IndexFile;
  return Object.entries(index.images).flatMap(([image, { size_hw, resized, prompts }]) =>
    prompts.map((prompt) => {
      const token = prompt.official_choice_argmax_1_3;
      return {
        name: `${image}/${prompt.name}`,
        geometry: {
          imageSizePx: { width: size_hw[1], height: size_hw[0] },
          modelSizePx: { width: resized.hw[1], height: resized.hw[0] },
        },
        logits: readNpy(join(path, prompt.low_logits)).values.slice(token * 65536, (token + 1) * 65536),
        stability: prompt.stability_full[token]!,
        readMask: async () => sharp(join(path, prompt.masks[token]!)).extractChannel(0).raw().toBuffer(),
      };
    }),
  );
}
