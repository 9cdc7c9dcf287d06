import sharp from 'sharp';
import { refineMatte } from '../../../src/inference/matte/refine-matte.ts';
import { DEFAULT_EDGE } from '../../../src/shared/edge-settings.ts';
import type { EdgeSample } from './edge-samples.ts';

const SIDE_PX = 4096;

export interface LargeImageCost {
  ms: number;
  /** Largest resident size of the whole process until then: networks, pictures and all. */
  processPeakMb: number;
}

/** What an edge costs in one thread on a sample enlarged to 4096 x 4096. */
export async function measureLargeImage({ pixels, logits, geometry }: EdgeSample): Promise<LargeImageCost> {
  const { width, height } = pixels;
  const large = await sharp(pixels.data, { raw: { width, height, channels: 4 } })
    .resize(SIDE_PX, SIDE_PX, { fit: 'fill' })
    .raw()
    .toBuffer();
  const imageSizePx = { width: SIDE_PX, height: SIDE_PX };
  const startedAt = performance.now();
  refineMatte(logits, { ...geometry, imageSizePx }, { ...imageSizePx, data: large }, null, DEFAULT_EDGE);
  const ms = performance.now() - startedAt;
  return { ms, processPeakMb: process.resourceUsage().maxRSS / 1024 };
}
