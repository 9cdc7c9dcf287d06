import { readFileSync } from 'node:fs';
import { sharedFolder } from '../shared-folder.ts';

/** What the engine's tests read of `../shared/reference/index.json`. Points and boxes are in image pixels. */
export interface ReferencePhoto {
  file: string;
  size_hw: [number, number];
  rgb_sha256_cv2_decode: string;
  resized: { file: string; hw: [number, number] };
  embedding: { file: string };
  prompts: ReferencePrompt[];
}

export interface ReferencePrompt {
  name: string;
  points: [number, number][] | null;
  labels: (0 | 1)[] | null;
  /** Left, top, right, bottom. */
  box: [number, number, number, number] | null;
  model_points: [number, number][] | null;
  /** `path/to/logits.npy[token]` */
  mask_input: string | null;
  iou: number[];
  /** Which token the rule of SAM's ONNX export picks. */
  onnx_single_choice: number;
  /** Full-resolution masks of the four tokens. */
  masks: string[];
}

/** By name; empty when the folder is not here. */
export function engineReference(): Record<string, ReferencePhoto> {
  const { path, missing } = sharedFolder('reference');
  if (missing) return {};
  const index = JSON.parse(readFileSync(`${path}index.json`, 'utf8')) as {
    images: Record<string, ReferencePhoto>;
  };
  return index.images;
}
